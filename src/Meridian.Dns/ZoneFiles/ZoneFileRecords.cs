using System.Collections;
using System.Runtime.InteropServices;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>
/// The records of a master file, in the order in which they were written. They are packed: a record is an object only for who asks for it as
/// one, and a file of a million makes no million of anything.
/// </summary>
public sealed class ZoneFileRecords : IReadOnlyList<ZoneFileRecord>
{
    private readonly List<ZoneFilePart> _parts = [];

    // The number of each part's first record, and behind them that of all.
    private readonly List<int> _firsts = [0];

    internal ZoneFileRecords()
    {
    }

    public int Count => _firsts[^1];

    public ZoneFileRecord this[int index]
    {
        get
        {
            ZoneFileRow row = RowAt(index);
            return new ZoneFileRecord(new ResourceRecord(row.Owner, row.Type, row.TtlSeconds, row.Rdata.ToArray()), row.Position);
        }
    }

    /// <summary>A record, to be read in place.</summary>
    public ZoneFileRow RowAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int part = _firsts.BinarySearch(index);
        part = part >= 0 ? part : ~part - 1;
        return _parts[part].RowAt(index - _firsts[part]);
    }

    public IEnumerator<ZoneFileRecord> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Puts the records of a part behind those that there are; nothing is added to the part any more.</summary>
    internal void Add(ZoneFilePart part)
    {
        if (part.Count > 0)
        {
            _parts.Add(part);
            _firsts.Add(Count + part.Count);
        }
    }
}

/// <summary>One record of a <see cref="ZoneFileRecords"/>, read in place.</summary>
public readonly ref struct ZoneFileRow
{
    private readonly ref readonly ZoneFilePart.Header _header;
    private readonly ReadOnlySpan<byte> _octets;
    private readonly string _file;

    internal ZoneFileRow(ref readonly ZoneFilePart.Header header, ReadOnlySpan<byte> octets, string file)
    {
        _header = ref header;
        _octets = octets;
        _file = file;
    }

    /// <summary>The owner's name, in lower case.</summary>
    public ReadOnlySpan<byte> OwnerWire => _octets[.._header.OwnerLength];

    /// <summary>The owner's name as an object of its own.</summary>
    public DomainName Owner => DomainName.TryFromWire(OwnerWire, out DomainName? owner) == DomainNameError.None
        ? owner! : throw new InvalidOperationException("A record without an owner.");

    public RecordType Type => _header.Type;

    /// <summary>Seconds.</summary>
    public uint TtlSeconds => _header.TtlSeconds;

    /// <summary>In uncompressed wire format.</summary>
    public ReadOnlySpan<byte> Rdata => _octets[_header.OwnerLength..];

    public ZoneFilePosition Position => new(_file, _header.Line, _header.Column);
}

/// <summary>Records that one core has scanned, one behind the other.</summary>
internal sealed class ZoneFilePart
{
    private const int LeastOctets = 1 << 10;

    private readonly List<Header> _headers = [];
    private readonly List<string> _files = [];
    private byte[] _octets = [];
    private int _length;

    public int Count => _headers.Count;

    public void Add(ReadOnlySpan<byte> ownerWire, RecordType type, uint ttlSeconds, ReadOnlySpan<byte> rdata, in ZoneFilePosition position)
    {
        if (_files.Count == 0 || !ReferenceEquals(_files[^1], position.File))
        {
            _files.Add(position.File);
        }
        _headers.Add(new Header(
            _length, (ushort)rdata.Length, type, ttlSeconds, position.Line, position.Column, _files.Count - 1, (byte)ownerWire.Length));
        ownerWire.CopyTo(Reserve(ownerWire.Length));
        rdata.CopyTo(Reserve(rdata.Length));
    }

    public ZoneFileRow RowAt(int index)
    {
        ref readonly Header header = ref CollectionsMarshal.AsSpan(_headers)[index];
        return new ZoneFileRow(in header, _octets.AsSpan(header.Offset, header.OwnerLength + header.RdataLength), _files[header.File]);
    }

    private Span<byte> Reserve(int length)
    {
        int needed = checked(_length + length);
        if (needed > _octets.Length)
        {
            Array.Resize(ref _octets, (int)Math.Min(Math.Max(Math.Max(LeastOctets, needed), _octets.Length * 2L), Array.MaxLength));
        }
        Span<byte> reserved = _octets.AsSpan(_length, length);
        _length = needed;
        return reserved;
    }

    /// <summary>What is said of a record beside its octets: the owner's name, and the RDATA behind it.</summary>
    internal readonly record struct Header(
        int Offset, ushort RdataLength, RecordType Type, uint TtlSeconds, int Line, int Column, int File, byte OwnerLength);
}
