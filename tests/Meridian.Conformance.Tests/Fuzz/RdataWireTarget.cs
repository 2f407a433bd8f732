using System.Buffers.Binary;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>A type (two octets) and octets said to be its data: whatever they are, they have a text; what fits the type scans to the same octets.</summary>
internal sealed class RdataWireTarget : IFuzzTarget
{
    public string Name => "rdata-wire";

    public int InputsPerRound => 1_000;

    public IReadOnlyList<byte[]> Seeds { get; } =
        [.. RdataSamples.All.Select(sample => RdataTextTarget.ToInput(sample.Type, RdataSamples.Scan(sample.Type, sample.Text)))];

    public IReadOnlyList<byte[]> Dictionary { get; } = [[0xC0, 0x0C], [0], [0, 0], [255], [63], [0, 1, 0, 0], [3, (byte)'a', (byte)'.', 0], [0, 4, 0, 4]];

    public int Take(ReadOnlySpan<byte> input)
    {
        if (input.Length < sizeof(ushort))
        {
            return 0;
        }
        RecordType type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(input);
        ReadOnlySpan<byte> rdata = input[sizeof(ushort)..];
        string text = RdataText.Format(type, rdata);
        foreach (RdataName name in RdataLayouts.FindNames(type, rdata))
        {
            FuzzFailureException.ThrowUnless(name.Offset >= 0 && name.Offset + name.Length <= rdata.Length, "a name outside of the data");
        }
        bool isGeneric = text.StartsWith("\\#", StringComparison.Ordinal);
        bool isScanned = RdataText.TryScan(type, text, DomainName.Root, out byte[] again, out _);
        // RFC 3597 §5: octets that do not fit a known type are shown in the general form, and not taken in it.
        FuzzFailureException.ThrowUnless(isScanned || isGeneric, "what was formatted cannot be scanned");
        FuzzFailureException.ThrowUnless(!isScanned || again.AsSpan().SequenceEqual(rdata), "what was formatted scans as something else");
        return HashCode.Combine(RdataTextTarget.Known(type), isGeneric, isScanned, (int)Math.Log2(rdata.Length + 1));
    }
}
