using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Control.Route53.Wire;

/// <summary>Twelve octets as the id of a change: <c>C</c>, the octets in base 36, and a check of four characters.</summary>
internal static class ChangeText
{
    private const char Kind = 'C';
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int CheckLength = 4;

    // 36^19 is more than 2^96.
    private const int BodyLength = 19;

    public static string Write(ReadOnlySpan<byte> octets)
    {
        BigInteger rest = new(octets, isUnsigned: true, isBigEndian: true);
        char[] body = new char[BodyLength];
        for (int i = BodyLength - 1; i >= 0; i--)
        {
            rest = BigInteger.DivRem(rest, Alphabet.Length, out BigInteger digit);
            body[i] = Alphabet[(int)digit];
        }
        string text = new(body);
        return $"{Kind}{text}{CheckOf(text)}";
    }

    /// <summary>Reads an id; false when it was not written by <see cref="Write"/>.</summary>
    public static bool TryRead(string id, Span<byte> octets)
    {
        if (id.Length != 1 + BodyLength + CheckLength || id[0] != Kind || CheckOf(id.Substring(1, BodyLength)) != id[(1 + BodyLength)..])
        {
            return false;
        }
        BigInteger value = BigInteger.Zero;
        foreach (char digit in id.AsSpan(1, BodyLength))
        {
            int place = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (place < 0)
            {
                return false;
            }
            value = (value * Alphabet.Length) + place;
        }
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > octets.Length)
        {
            return false;
        }
        octets.Clear();
        bytes.CopyTo(octets[(octets.Length - bytes.Length)..]);
        return true;
    }

    private static string CheckOf(string body)
    {
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes("route53 change " + body));
        StringBuilder text = new(CheckLength);
        for (int i = 0; i < CheckLength; i++)
        {
            text.Append(Alphabet[hash[i] % Alphabet.Length]);
        }
        return text.ToString();
    }
}
