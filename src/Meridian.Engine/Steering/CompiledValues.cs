using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Steering;

/// <summary>The records of one record set in wire format, with places for the owner's name.</summary>
internal sealed class CompiledValues
{
    private readonly byte[] _octets;
    private readonly int[] _offsets;

    private CompiledValues(byte[] octets, int[] offsets, SetDataModel data, byte[]? target)
    {
        _octets = octets;
        _offsets = offsets;
        TtlSeconds = data.TtlSeconds;
        Target = target;
    }

    public uint TtlSeconds { get; }

    public int Count => _offsets.Length - 1;

    /// <summary>For a CNAME the lower-case name that it leads to.</summary>
    public byte[]? Target { get; }

    /// <summary>All records.</summary>
    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>One record: owner pointer, type, class, TTL, length and data.</summary>
    public ReadOnlySpan<byte> Record(int index) => _octets.AsSpan(_offsets[index], _offsets[index + 1] - _offsets[index]);

    /// <summary>Encodes the records. Names in them are written in full, which RFC 1035 §4.1.4 leaves to the server.</summary>
    public static CompiledValues Encode(SetDataModel data)
    {
        OctetWriter octets = new();
        int[] offsets = new int[data.Rdata.Count + 1];
        for (int i = 0; i < data.Rdata.Count; i++)
        {
            ReadOnlySpan<byte> rdata = data.Rdata[i].Octets.Span;
            octets.AppendUInt16(RRsetEncoder.QNamePointer);
            octets.AppendUInt16((ushort)data.Type);
            octets.AppendUInt16((ushort)RecordClass.IN);
            octets.AppendUInt32(data.TtlSeconds);
            octets.AppendUInt16((ushort)rdata.Length);
            octets.Append(rdata);
            offsets[i + 1] = octets.Length;
        }
        byte[]? target = data.Type == RecordType.CNAME
            && Dns.Names.DomainName.TryFromWire(data.Rdata[0].Octets.Span, out Dns.Names.DomainName? name) == Dns.Names.DomainNameError.None
                ? name!.Wire.ToArray() // Read just now.
                : null;
        return new CompiledValues(octets.ToArray(), offsets, data, target);
    }
}
