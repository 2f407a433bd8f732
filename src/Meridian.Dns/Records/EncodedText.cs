using System.Text;

namespace Meridian.Dns.Records;

/// <summary>Octets written in hexadecimal, Base64 (RFC 4648 §4) and Base32 with the hexadecimal alphabet (RFC 4648 §7).</summary>
internal static class EncodedText
{
    private const string Base32Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    /// <summary>Takes every token left as one run of hexadecimal digits. False also when there are none.</summary>
    internal static bool TryScanHexToEnd(ref RdataScanner scanner)
    {
        int high = -1;
        do
        {
            if (!scanner.TryTake(out ReadOnlySpan<char> token) || !TryScanHex(ref scanner, token, ref high))
            {
                return false;
            }
        }
        while (scanner.HasNext);
        return high < 0 || scanner.Fail("an odd number of hexadecimal digits; two make one octet");
    }

    /// <summary>Collects the octets of one token of whole pairs of digits.</summary>
    internal static bool TryScanHex(ref RdataScanner scanner, ReadOnlySpan<char> token)
    {
        int high = -1;
        return TryScanHex(ref scanner, token, ref high)
            && (high < 0 || scanner.Fail("an odd number of hexadecimal digits; two make one octet"));
    }

    /// <summary>Takes every token left as one run of Base64.</summary>
    internal static bool TryScanBase64ToEnd(ref RdataScanner scanner)
    {
        uint bits = 0;
        int digits = 0;
        do
        {
            if (!scanner.TryTake(out ReadOnlySpan<char> token))
            {
                return false;
            }
            foreach (char c in token)
            {
                if (!TryScanBase64Digit(ref scanner, c, ref bits, ref digits))
                {
                    return false;
                }
            }
        }
        while (scanner.HasNext);
        return (digits & 3) == 0 || scanner.Fail("the Base64 text is cut off: its length is not a multiple of four");
    }

    /// <summary>Collects the octets of one Base64 token.</summary>
    internal static bool TryScanBase64(ref RdataScanner scanner, ReadOnlySpan<char> token)
    {
        uint bits = 0;
        int digits = 0;
        foreach (char c in token)
        {
            if (!TryScanBase64Digit(ref scanner, c, ref bits, ref digits))
            {
                return false;
            }
        }
        return (digits & 3) == 0 || scanner.Fail("the Base64 text is cut off: its length is not a multiple of four");
    }

    /// <summary>Collects the octets of a Base32 token.</summary>
    internal static bool TryScanBase32Hex(ref RdataScanner scanner, ReadOnlySpan<char> token)
    {
        uint bits = 0;
        int bitCount = 0;
        foreach (char c in token)
        {
            int digit = c <= 0x7F ? Base32Alphabet.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal) : -1;
            if (digit < 0)
            {
                return false;
            }
            bits = bits << 5 | (uint)digit;
            bitCount += 5;
            if (bitCount >= 8)
            {
                bitCount -= 8;
                if (!scanner.TryPut((byte)(bits >> bitCount)))
                {
                    return false;
                }
            }
        }
        // What is left over must be the zero padding of the last digit, not a digit too many.
        return bitCount < 5 && (bits & ((1u << bitCount) - 1)) == 0;
    }

    internal static void FormatHex(ReadOnlySpan<byte> octets, StringBuilder text)
    {
        foreach (byte octet in octets)
        {
            text.Append(HexDigit(octet >> 4)).Append(HexDigit(octet & 0x0F));
        }
    }

    internal static void FormatBase32Hex(ReadOnlySpan<byte> octets, StringBuilder text)
    {
        uint bits = 0;
        int bitCount = 0;
        foreach (byte octet in octets)
        {
            bits = bits << 8 | octet;
            for (bitCount += 8; bitCount >= 5; bitCount -= 5)
            {
                text.Append(Base32Alphabet[(int)(bits >> (bitCount - 5) & 0x1F)]);
            }
        }
        if (bitCount > 0)
        {
            text.Append(Base32Alphabet[(int)(bits << (5 - bitCount) & 0x1F)]);
        }
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    private static bool TryScanHex(ref RdataScanner scanner, ReadOnlySpan<char> token, ref int high)
    {
        foreach (char c in token)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
            int digit = char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
            if (high < 0)
            {
                high = digit;
            }
            else
            {
                if (!scanner.TryPut((byte)(high << 4 | digit)))
                {
                    return false;
                }
                high = -1;
            }
        }
        return true;
    }

    // Padding is counted as digits; nothing may follow it, and at most two of the last four may be padding.
    private static bool TryScanBase64Digit(ref RdataScanner scanner, char c, ref uint bits, ref int digits)
    {
        const int PaddingSeen = 1 << 30;
        int place = digits & 3;
        if (c == '=')
        {
            if (place < 2)
            {
                return false;
            }
            digits = (digits + 1) | PaddingSeen;
            return true;
        }
        int digit = c switch
        {
            >= 'A' and <= 'Z' => c - 'A',
            >= 'a' and <= 'z' => c - 'a' + 26,
            >= '0' and <= '9' => c - '0' + 52,
            '+' => 62,
            '/' => 63,
            _ => -1,
        };
        if (digit < 0 || (digits & PaddingSeen) != 0)
        {
            return false;
        }
        bits = bits << 6 | (uint)digit;
        digits++;
        return place == 0 || scanner.TryPut((byte)(bits >> (6 - 2 * place)));
    }
}
