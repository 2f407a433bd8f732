using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Meridian.Dns.Records;

/// <summary>The first fields of HIP (RFC 8005 §5): on the wire both lengths lead; in text there are none.</summary>
internal static class HostIdentityText
{
    private const int FixedLength = 4;

    internal static bool TryScan(ref RdataScanner scanner)
    {
        int start = scanner.Length;
        if (!scanner.TryTakeNumber(byte.MaxValue, out uint algorithm))
        {
            return scanner.Fail("expected an algorithm from 0 to 255");
        }
        if (!scanner.TryPut([0, (byte)algorithm, 0, 0])
            || !scanner.TryTake(out ReadOnlySpan<char> hit)
            || !EncodedText.TryScanHex(ref scanner, hit))
        {
            return scanner.Fail("expected the host identity tag in hexadecimal");
        }
        int hitLength = scanner.Length - start - FixedLength;
        if (hitLength is 0 or > byte.MaxValue)
        {
            return scanner.Fail("the host identity tag is longer than 255 octets");
        }
        int keyStart = scanner.Length;
        if (!scanner.TryTake(out ReadOnlySpan<char> key) || !EncodedText.TryScanBase64(ref scanner, key))
        {
            return scanner.Fail("expected the public key in Base64, without blanks");
        }
        scanner.Patch(start, (byte)hitLength);
        scanner.PatchUInt16(start + 2, (ushort)(scanner.Length - keyStart));
        return true;
    }

    internal static void Format(ReadOnlySpan<byte> field, StringBuilder text)
    {
        int hitLength = field[0];
        int keyLength = BinaryPrimitives.ReadUInt16BigEndian(field[2..]);
        text.Append(CultureInfo.InvariantCulture, $"{field[1]} ");
        EncodedText.FormatHex(field.Slice(FixedLength, hitLength), text);
        text.Append(' ').Append(Convert.ToBase64String(field.Slice(FixedLength + hitLength, keyLength)));
    }
}
