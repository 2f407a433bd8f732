using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;

namespace Meridian.Control.Diffing;

/// <summary>Several maps laid over one another: the coarsest prefixes in which none of them changes.</summary>
internal sealed class JointPartition
{
    /// <summary>Gets one prefix.</summary>
    /// <param name="network">Its first address.</param>
    /// <param name="prefixLength">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    /// <param name="classes">The class in each map; 0 for a map that is not there.</param>
    public delegate void Visitor(ClientAddress network, int prefixLength, ReadOnlySpan<int> classes);

    // Policies share maps, so a map is taken apart once for all comparisons.
    private readonly Dictionary<GeoMap, Entry[]> _entriesOf = new(ReferenceEqualityComparer.Instance);

    /// <summary>Visits all prefixes, IPv4 first, each family in the order of addresses.</summary>
    public void Visit(ImmutableArray<GeoMap?> maps, Visitor visitor)
    {
        Entry[][] entries = [.. maps.Select(EntriesOf)];
        Walk(entries, isIPv4: true, visitor);
        Walk(entries, isIPv4: false, visitor);
    }

    // Entries are prefixes in order that cover everything, so of those around one address the longest is in no other's way:
    // it is a cell of the joint partition, and the next cell begins where it ends.
    private static void Walk(Entry[][] entries, bool isIPv4, Visitor visitor)
    {
        int[] at = [.. entries.Select(list => Array.FindIndex(list, entry => entry.IsIPv4 == isIPv4))];
        int[] classes = new int[entries.Length];
        while (true)
        {
            Entry longest = new(isIPv4 ? ClientAddress.FromIPv4(0) : default, 0, 0, isIPv4);
            for (int i = 0; i < entries.Length; i++)
            {
                if (at[i] >= 0 && entries[i][at[i]].PrefixLength >= longest.PrefixLength)
                {
                    longest = entries[i][at[i]];
                }
                classes[i] = at[i] >= 0 ? entries[i][at[i]].Class : 0;
            }
            visitor(longest.Network, longest.PrefixLength, classes);
            if (!Advance(entries, at, longest))
            {
                return;
            }
        }
    }

    private static bool Advance(Entry[][] entries, int[] at, Entry cell)
    {
        UInt128 last = cell.Last;
        bool isLeft = false;
        for (int i = 0; i < entries.Length; i++)
        {
            if (at[i] >= 0 && entries[i][at[i]].Last == last)
            {
                at[i]++;
                isLeft |= at[i] < entries[i].Length && entries[i][at[i]].IsIPv4 == cell.IsIPv4;
            }
            else
            {
                isLeft |= at[i] >= 0;
            }
        }
        return isLeft;
    }

    private Entry[] EntriesOf(GeoMap? map)
    {
        if (map is null)
        {
            return [];
        }
        if (!_entriesOf.TryGetValue(map, out Entry[]? entries))
        {
            List<Entry> found = [];
            bool isIPv4 = true;
            map.Visit((network, length, index) =>
            {
                // IPv6 begins at ::, and what is mapped there is never asked for.
                isIPv4 &= network != default;
                found.Add(new Entry(network, length, index, isIPv4));
            });
            entries = [.. found];
            _entriesOf.Add(map, entries);
        }
        return entries;
    }

    private readonly record struct Entry(ClientAddress Network, int PrefixLength, int Class, bool IsIPv4)
    {
        public UInt128 Last
        {
            get
            {
                UInt128 first = new(Network.High, Network.Low);
                int bits = (IsIPv4 ? 32 : 128) - PrefixLength;
                return bits == 128 ? UInt128.MaxValue : first + ((UInt128.One << bits) - 1);
            }
        }
    }
}
