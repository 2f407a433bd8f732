using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>
/// An RRset in the packed form of a <see cref="RRsetList"/>: octets that are read in place. Of an RRset that is more than its records
/// the row has those; the rest is in the object that is kept for it.
/// </summary>
public readonly ref struct RRsetRow
{
    // Type (2 octets), flags (1), length of the owner's name (1), TTL (4), number of records (2); then the name, and each record
    // behind its length (2). In the order of octets that the machine has: rows never leave the process.
    internal const int HeaderLength = 10;
    internal const int FlagsOffset = 2;
    internal const int OwnerLengthOffset = 3;
    internal const int TtlOffset = 4;
    internal const int RecordCountOffset = 8;
    internal const byte RotateFlag = 1;
    internal const byte TtlFlag = 2;

    private readonly ReadOnlySpan<byte> _octets;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal RRsetRow(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>All of it: two rows with the same octets say the same.</summary>
    public ReadOnlySpan<byte> Octets => _octets;

    public RecordType Type => (RecordType)MemoryMarshal.Read<ushort>(_octets);

    /// <summary>Whether the records are answered in changing order.</summary>
    public bool Rotate => (_octets[FlagsOffset] & RotateFlag) != 0;

    /// <summary>Seconds; null where the zone's holds.</summary>
    public uint? TtlSeconds
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_octets[FlagsOffset] & TtlFlag) != 0 ? MemoryMarshal.Read<uint>(_octets[TtlOffset..]) : null;
    }

    public int RecordCount => MemoryMarshal.Read<ushort>(_octets[RecordCountOffset..]);

    /// <summary>The owner's name on the wire, in lower case.</summary>
    public ReadOnlySpan<byte> OwnerWire => _octets.Slice(HeaderLength, _octets[OwnerLengthOffset]);

    /// <summary>The owner's name as an object of its own.</summary>
    public DomainName Owner =>
        DomainName.TryFromWire(OwnerWire, out DomainName? owner) == DomainNameError.None ? owner! : throw new InvalidOperationException("A row without an owner.");

    /// <summary>The RDATA of each record, in order.</summary>
    public RRsetRowRecords Records => new(_octets[(HeaderLength + _octets[OwnerLengthOffset])..], RecordCount);

    /// <summary>Canonical order of owners (RFC 4034 §6.1), then types.</summary>
    public static int Compare(RRsetRow left, RRsetRow right)
    {
        int byOwner = WireNames.CompareCanonical(left.OwnerWire, right.OwnerWire);
        return byOwner != 0 ? byOwner : left.Type.CompareTo(right.Type);
    }

    /// <summary>A static RRset as an object of its own.</summary>
    public RRsetModel ToModel()
    {
        ReadOnlyMemory<byte>[] rdata = new ReadOnlyMemory<byte>[RecordCount];
        int next = 0;
        foreach (ReadOnlySpan<byte> record in Records)
        {
            rdata[next++] = record.ToArray();
        }
        return new RRsetModel
        {
            Owner = Owner,
            Type = Type,
            TtlSeconds = TtlSeconds,
            Rotate = Rotate,
            Rdata = ImmutableCollectionsMarshal.AsImmutableArray(rdata),
        };
    }
}

/// <summary>The records of a row, for <c>foreach</c>.</summary>
public ref struct RRsetRowRecords
{
    private ReadOnlySpan<byte> _rest;
    private int _left;

    internal RRsetRowRecords(ReadOnlySpan<byte> octets, int count)
    {
        _rest = octets;
        _left = count;
    }

    /// <summary>The RDATA that <see cref="MoveNext"/> came to.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly RRsetRowRecords GetEnumerator() => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }
        _left--;
        int length = MemoryMarshal.Read<ushort>(_rest);
        Current = _rest.Slice(sizeof(ushort), length);
        _rest = _rest[(sizeof(ushort) + length)..];
        return true;
    }
}
