using System.Buffers.Binary;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>A type (two octets) and the text of its data: what can be scanned formats to text that scans to the same octets.</summary>
internal sealed class RdataTextTarget : IFuzzTarget
{
    private static readonly DomainName Origin = DomainName.Parse("example.test.");

    public string Name => "rdata-text";

    public int InputsPerRound => 1_000;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. RdataSamples.All.Select(sample => ToInput(sample.Type, Encoding.UTF8.GetBytes(sample.Text)))];

    public IReadOnlyList<byte[]> Dictionary { get; } =
        [.. new[] { " ", "\"", "\\", "\\255", "\\# 2 ", "( ", " )", ";", "\n", "@", ".", "4294967296", "-1", "=", ",", "alpn=", "mandatory=", "::", "1:" }.Select(Encoding.UTF8.GetBytes)];

    public int Take(ReadOnlySpan<byte> input)
    {
        if (input.Length < sizeof(ushort))
        {
            return 0;
        }
        RecordType type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(input);
        if (!RdataText.TryScan(type, Encoding.UTF8.GetString(input[2..]), Origin, out byte[] rdata, out string? error))
        {
            FuzzFailureException.ThrowUnless(error is { Length: > 0 }, "a refusal without a reason");
            // The words before the first quotation: the kind of mistake, not the text that was wrong.
            return HashCode.Combine(Known(type), error!.Split('\'')[0].Length);
        }
        string text = RdataText.Format(type, rdata);
        FuzzFailureException.ThrowUnless(RdataText.TryScan(type, text, Origin, out byte[] again, out _), "what was formatted cannot be scanned");
        FuzzFailureException.ThrowUnless(again.AsSpan().SequenceEqual(rdata), "what was formatted scans as something else");
        return HashCode.Combine(Known(type), (int)Math.Log2(rdata.Length + 1), -1);
    }

    /// <summary>Types that nobody knows behave alike.</summary>
    public static RecordType Known(RecordType type) => Enum.IsDefined(type) ? type : RecordType.None;

    public static byte[] ToInput(RecordType type, byte[] content) => [(byte)((ushort)type >> 8), (byte)type, .. content];
}
