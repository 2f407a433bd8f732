using System.Text;

namespace Meridian.Dns.Records;

/// <summary>Bit maps of record types: the windows of RFC 4034 §4.1.2, and NXT's single one (RFC 2535 §5.2).</summary>
internal static class TypeBitmapText
{
    private const int WindowCount = 256;
    private const int WindowLength = 32;
    private const int NxtLength = 16;

    internal static bool IsWellFormed(ReadOnlySpan<byte> rest)
    {
        int lastWindow = -1;
        while (!rest.IsEmpty)
        {
            // Windows ascend, and neither empty ones nor trailing zero octets are written.
            if (rest.Length < 3 || rest[0] <= lastWindow || rest[1] is 0 or > WindowLength
                || rest.Length < 2 + rest[1] || rest[1 + rest[1]] == 0)
            {
                return false;
            }
            lastWindow = rest[0];
            rest = rest[(2 + rest[1])..];
        }
        return true;
    }

    // The first bit says that another format follows, which was never defined.
    internal static bool IsWellFormedNxt(ReadOnlySpan<byte> rest) =>
        rest.Length is > 0 and <= NxtLength && (rest[0] & 0x80) == 0 && rest[^1] != 0;

    internal static bool TryScan(ref RdataScanner scanner)
    {
        byte[] bits = new byte[WindowCount * WindowLength];
        while (scanner.HasNext)
        {
            if (!TryTakeType(ref scanner, out RecordType type))
            {
                return false;
            }
            bits[(ushort)type >> 3] |= (byte)(0x80 >> ((ushort)type & 7));
        }
        for (int window = 0; window < WindowCount; window++)
        {
            ReadOnlySpan<byte> octets = bits.AsSpan(window * WindowLength, WindowLength).TrimEnd((byte)0);
            if (!octets.IsEmpty
                && (!scanner.TryPut((byte)window) || !scanner.TryPut((byte)octets.Length) || !scanner.TryPut(octets)))
            {
                return false;
            }
        }
        return true;
    }

    internal static bool TryScanNxt(ref RdataScanner scanner)
    {
        Span<byte> bits = stackalloc byte[NxtLength];
        bits.Clear();
        do
        {
            if (!TryTakeType(ref scanner, out RecordType type))
            {
                return false;
            }
            if ((ushort)type is 0 or > 127)
            {
                return scanner.Fail($"{type.ToMnemonic()} cannot be in an NXT record, which knows types 1 to 127 only");
            }
            bits[(ushort)type >> 3] |= (byte)(0x80 >> ((ushort)type & 7));
        }
        while (scanner.HasNext);
        return scanner.TryPut(bits.TrimEnd((byte)0));
    }

    internal static void Format(ReadOnlySpan<byte> rest, StringBuilder text)
    {
        while (!rest.IsEmpty)
        {
            FormatBits(rest.Slice(2, rest[1]), rest[0] << 8, text);
            rest = rest[(2 + rest[1])..];
        }
    }

    internal static void FormatNxt(ReadOnlySpan<byte> rest, StringBuilder text) => FormatBits(rest, 0, text);

    private static void FormatBits(ReadOnlySpan<byte> octets, int firstType, StringBuilder text)
    {
        for (int bit = 0; bit < octets.Length * 8; bit++)
        {
            if ((octets[bit >> 3] & (0x80 >> (bit & 7))) != 0)
            {
                RdataFormatter.AppendBlank(text).Append(((RecordType)(firstType + bit)).ToMnemonic());
            }
        }
    }

    private static bool TryTakeType(ref RdataScanner scanner, out RecordType type)
    {
        type = RecordType.None;
        return scanner.TryTake(out ReadOnlySpan<char> token) && RecordTypes.TryParse(token, out type);
    }
}
