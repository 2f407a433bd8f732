using System.Runtime.InteropServices;
using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>Packs RRsets into a page. Can be used again once a page was made of them.</summary>
public sealed class RRsetPageBuilder
{
    /// <summary>
    /// RRsets of a page, when a list is made. A change copies one page, 40 KB, and the list of pages of a million RRsets is 8 KB.
    /// </summary>
    public const int Capacity = 1024;

    private const int FirstOctets = 1 << 10;

    private readonly List<int> _starts = [];
    private readonly List<RRsetModel?> _kept = [];
    private byte[] _octets = new byte[FirstOctets];
    private int _length;
    private bool _hasKept;

    /// <summary>RRsets so far.</summary>
    public int Count => _starts.Count;

    /// <summary>Begins a static RRset; its records come by <see cref="AddRecord"/>.</summary>
    /// <param name="ownerWire">The owner's name, in lower case.</param>
    /// <param name="type">The type.</param>
    /// <param name="ttlSeconds">Null where the zone's holds.</param>
    /// <param name="rotate">Whether records are answered in changing order.</param>
    public void Begin(ReadOnlySpan<byte> ownerWire, RecordType type, uint? ttlSeconds, bool rotate)
    {
        _starts.Add(_length);
        _kept.Add(null);
        Span<byte> row = Reserve(RRsetRow.HeaderLength + ownerWire.Length);
        row[..RRsetRow.HeaderLength].Clear();
        MemoryMarshal.Write(row, (ushort)type);
        row[RRsetRow.FlagsOffset] = (byte)((rotate ? RRsetRow.RotateFlag : 0) | (ttlSeconds is null ? 0 : RRsetRow.TtlFlag));
        row[RRsetRow.OwnerLengthOffset] = (byte)ownerWire.Length;
        MemoryMarshal.Write(row[RRsetRow.TtlOffset..], ttlSeconds.GetValueOrDefault());
        ownerWire.CopyTo(row[RRsetRow.HeaderLength..]);
    }

    /// <summary>Puts a record behind those of the RRset that was begun last.</summary>
    /// <param name="rdata">At most 65,535 octets, as RDLENGTH can say; at most 65,535 records.</param>
    public void AddRecord(ReadOnlySpan<byte> rdata)
    {
        Span<byte> count = _octets.AsSpan(_starts[^1] + RRsetRow.RecordCountOffset);
        MemoryMarshal.Write(count, checked((ushort)(MemoryMarshal.Read<ushort>(count) + 1)));
        Span<byte> record = Reserve(sizeof(ushort) + rdata.Length);
        MemoryMarshal.Write(record, checked((ushort)rdata.Length));
        rdata.CopyTo(record[sizeof(ushort)..]);
    }

    /// <summary>Adds an RRset.</summary>
    public void Add(RRsetModel rrset)
    {
        Begin(rrset.Owner.Wire, rrset.Type, rrset.TtlSeconds, rrset.Rotate);
        if (!FitsRow(rrset) || rrset.Steering is not null || rrset.Outside is not null || rrset.IsExpanded)
        {
            _kept[^1] = rrset;
            _hasKept = true;
        }
        if (FitsRow(rrset))
        {
            foreach (ReadOnlyMemory<byte> rdata in rrset.Rdata)
            {
                AddRecord(rdata.Span);
            }
        }
    }

    /// <summary>Adds an RRset of another page.</summary>
    internal void Add(RRsetPage page, int index)
    {
        _starts.Add(_length);
        RRsetRow row = page.RowAt(index);
        row.Octets.CopyTo(Reserve(row.Octets.Length));
        _kept.Add(page.KeptAt(index));
        _hasKept |= _kept[^1] is not null;
    }

    /// <summary>The page of what was added, none of which is in the next.</summary>
    public RRsetPage ToPage()
    {
        _starts.Add(_length);
        RRsetPage page = new(_octets.AsSpan(0, _length).ToArray(), [.. _starts], _hasKept ? [.. _kept] : null);
        _starts.Clear();
        _kept.Clear();
        _length = 0;
        _hasKept = false;
        return page;
    }

    /// <summary>Whether a row can say how many records there are and how long each is; no message could hold what it cannot.</summary>
    private static bool FitsRow(RRsetModel rrset)
    {
        bool fits = rrset.Rdata.Length <= ushort.MaxValue;
        for (int i = 0; fits && i < rrset.Rdata.Length; i++)
        {
            fits = rrset.Rdata[i].Length <= ushort.MaxValue;
        }
        return fits;
    }

    private Span<byte> Reserve(int length)
    {
        int needed = checked(_length + length);
        if (needed > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(needed, _octets.Length * 2));
        }
        Span<byte> reserved = _octets.AsSpan(_length, length);
        _length = needed;
        return reserved;
    }
}
