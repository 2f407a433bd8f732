using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Zones;

/// <summary>Appends the RDATA of one RRset's records to a template and compresses the names that may be (RFC 3597 §4).</summary>
internal struct RdataCompressor
{
    private readonly OctetWriter _octets;
    private readonly List<ushort> _patches;
    private readonly int _templateOffset;
    private readonly CompressionContext _context;

    // Most RRsets have no names at all: made for the first one.
    private Dictionary<DomainName, ushort>? _placeholders;

    /// <summary>Begins a template at the writer's end.</summary>
    public RdataCompressor(in CompressionContext context, OctetWriter octets, List<ushort> patches)
    {
        _octets = octets;
        _patches = patches;
        _templateOffset = octets.Length;
        _context = context;
    }

    /// <summary>Appends one RDATA.</summary>
    public void Append(RecordType type, ReadOnlySpan<byte> rdata)
    {
        int copied = 0;
        foreach (RdataName name in RdataLayouts.FindNames(type, rdata))
        {
            // Patches are 16-bit offsets; a template longer than that keeps its last names whole.
            if (!name.MayCompress || _octets.Length + rdata.Length - _templateOffset > ushort.MaxValue)
            {
                continue;
            }
            _octets.Append(rdata[copied..name.Offset]);
            AppendName(rdata.Slice(name.Offset, name.Length));
            copied = name.Offset + name.Length;
        }
        _octets.Append(rdata[copied..]);
    }

    private void AppendName(ReadOnlySpan<byte> name)
    {
        // The names of RDATA were checked when they were read; one that is not well-formed is copied as it is.
        if (DomainName.TryFromWire(name, out DomainName? parsed) != DomainNameError.None)
        {
            _octets.Append(name);
            return;
        }
        Dictionary<DomainName, ushort> placeholders = _placeholders ??= PlaceholdersOf(in _context);
        int kept = 0;
        for (DomainName? suffix = parsed; suffix is { IsRoot: false }; suffix = suffix.Parent)
        {
            if (placeholders.TryGetValue(suffix, out ushort placeholder))
            {
                _octets.Append(name[..kept]);
                _patches.Add((ushort)(_octets.Length - _templateOffset));
                _octets.AppendUInt16((ushort)(RdataPointer.Bits | placeholder));
                return;
            }
            int offset = _octets.Length - _templateOffset + kept;
            if (!_context.IsReordered && offset <= RdataPointer.MaxTemplateOffset)
            {
                placeholders.Add(suffix, (ushort)offset);
            }
            kept += name[kept] + 1;
        }
        _octets.Append(name);
    }

    private static Dictionary<DomainName, ushort> PlaceholdersOf(in CompressionContext context)
    {
        Dictionary<DomainName, ushort> placeholders = new() { [context.Apex] = RdataPointer.Apex };
        if (context.Owner is { } owner)
        {
            placeholders.TryAdd(owner, RdataPointer.Owner);
        }
        return placeholders;
    }
}
