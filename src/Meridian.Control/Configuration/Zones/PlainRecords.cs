using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Control.Configuration.Zones;

/// <summary>
/// The addresses of a large master file whose owners have nothing else and one of each type: no rule says anything about those, so they become
/// part of the zone without a draft each. In canonical order.
/// </summary>
internal sealed class PlainRecords
{
    // Each owner that has something else is looked for among the plain ones: with more than this share the drafts are as fast.
    private const int OthersShare = 16;

    private readonly ZoneFileRecords _records;
    private readonly Entry[] _entries;

    private PlainRecords(ZoneFileRecords records, Entry[] entries, int count, int[] others)
    {
        _records = records;
        _entries = entries;
        Count = count;
        Others = others;
    }

    public int Count { get; }

    /// <summary>The other records of the file, by number, in the order in which they were written.</summary>
    public int[] Others { get; }

    /// <summary>Finds them; null where there are not enough of them, or where what they mean hangs on other records.</summary>
    /// <param name="records">Of the file and what it includes; none has a mistake.</param>
    /// <param name="zone">Holds the inline records already, and nothing of the file.</param>
    public static PlainRecords? Of(ZoneFileRecords records, ZoneDraft zone)
    {
        // Below a cut or a redirection every record is looked at.
        bool hasCuts = zone.RRsets.Any(rrset => IsCut(rrset.Type, rrset.Owner.Wire, zone.Apex));
        Entry[] entries = new Entry[records.Count];
        CoreShares.ForEach(entries.Length, i =>
        {
            ZoneFileRow row = records.RowAt(i);
            bool isPlain = row.Type is RecordType.A or RecordType.AAAA && IsBelow(row.OwnerWire, zone.Apex.Wire);
            entries[i] = isPlain
                ? new Entry(WireNames.CanonicalPrefix(row.OwnerWire, zone.Apex.Wire.Length), records, i)
                : Entry.Other(records, i);
            if (!isPlain && IsCut(row.Type, row.OwnerWire, zone.Apex))
            {
                hasCuts = true;
            }
        });
        if (hasCuts)
        {
            return null;
        }
        ParallelSort.Sort(entries, Environment.ProcessorCount);
        int count = Array.FindIndex(entries, entry => entry.IsOther) is >= 0 and int first ? first : entries.Length;
        List<int> others = [.. entries.AsSpan(count).ToArray().Select(entry => entry.Number)];
        if (((long)others.Count + zone.RRsets.Count) * OthersShare > count)
        {
            return null;
        }
        HashSet<DomainName> owners = [.. zone.RRsets.Select(rrset => rrset.Owner), .. others.Select(other => records[other].Record.Owner)];
        PlainRecords found = new(records, entries, count, []);
        bool[] isOther = found.FindOthers(owners);
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (isOther[i])
            {
                others.Add(entries[i].Number);
            }
            else
            {
                entries[kept++] = entries[i];
            }
        }
        others.Sort();
        return new PlainRecords(records, entries, kept, [.. others]);
    }

    /// <summary>Whether an owner has a record here.</summary>
    public bool Has(DomainName owner, RecordType type) =>
        type is RecordType.A or RecordType.AAAA && FirstOf(owner, type) is var at && at < Count
        && RowAt(at) is var row && row.Type == type && row.OwnerWire.SequenceEqual(owner.Wire);

    /// <summary>A record, as an RRset of its own.</summary>
    public ZoneFileRow RowAt(int index) => _records.RowAt(_entries[index].Number);

    /// <summary>The first that does not stand before an owner's RRset of a type.</summary>
    public int FirstOf(DomainName owner, RecordType type)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) / 2);
            ZoneFileRow row = RowAt(middle);
            int order = WireNames.CompareCanonical(row.OwnerWire, owner.Wire);
            if ((order != 0 ? order : row.Type.CompareTo(type)) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <summary>Those that rules say something about: RRsets of several records, and all of owners that have other records too.</summary>
    private bool[] FindOthers(HashSet<DomainName> owners)
    {
        bool[] isOther = new bool[Count];
        for (int i = 1; i < Count; i++)
        {
            if (_entries[i - 1].IsSameRRset(_entries[i]))
            {
                isOther[i - 1] = isOther[i] = true;
            }
        }
        foreach (DomainName owner in owners)
        {
            for (int i = FirstOf(owner, RecordType.None); i < Count && RowAt(i).OwnerWire.SequenceEqual(owner.Wire); i++)
            {
                isOther[i] = true;
            }
        }
        return isOther;
    }

    private static bool IsCut(RecordType type, ReadOnlySpan<byte> owner, DomainName apex) =>
        type == RecordType.DNAME || (type == RecordType.NS && !owner.SequenceEqual(apex.Wire));

    private static bool IsBelow(ReadOnlySpan<byte> name, ReadOnlySpan<byte> apex)
    {
        int offset = 0;
        while (offset < name.Length - apex.Length)
        {
            offset += name[offset] + 1;
        }
        return offset == name.Length - apex.Length && name[offset..].SequenceEqual(apex);
    }

    /// <summary>A record with the beginning of its place in the order, which settles most comparisons; those that are not plain come last.</summary>
    private readonly struct Entry(UInt128 prefix, ZoneFileRecords records, int index) : IComparable<Entry>
    {
        private readonly UInt128 _prefix = prefix;
        private readonly ZoneFileRecords _records = records;

        // Of one that is not plain the complement.
        private readonly int _index = index;

        public bool IsOther => _index < 0;

        /// <summary>Of the record in the file.</summary>
        public int Number => _index < 0 ? ~_index : _index;

        private ZoneFileRow Row => _records.RowAt(Number);

        public static Entry Other(ZoneFileRecords records, int index) => new(UInt128.MaxValue, records, ~index);

        public bool IsSameRRset(Entry other) =>
            _prefix == other._prefix && Row.Type == other.Row.Type && Row.OwnerWire.SequenceEqual(other.Row.OwnerWire);

        public int CompareTo(Entry other)
        {
            int order = _prefix.CompareTo(other._prefix);
            if (order != 0)
            {
                return order;
            }
            if (IsOther || other.IsOther)
            {
                return IsOther == other.IsOther ? Number.CompareTo(other.Number) : IsOther ? 1 : -1;
            }
            order = WireNames.CompareCanonical(Row.OwnerWire, other.Row.OwnerWire);
            order = order != 0 ? order : Row.Type.CompareTo(other.Row.Type);
            return order != 0 ? order : _index.CompareTo(other._index);
        }
    }
}
