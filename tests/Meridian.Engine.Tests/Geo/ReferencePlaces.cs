using System.Net;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;

namespace Meridian.Engine.Tests.Geo;

/// <summary>The slow and obvious way: a list of prefixes, searched whole for the longest that fits.</summary>
internal sealed class ReferencePlaces
{
    private readonly List<Entry> _entries = [];

    /// <summary>All prefixes; an override counts as longer than whatever the file says.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public void Add(bool isIPv4, UInt128 network, int length, Place place, bool isOverride = false) =>
        _entries.Add(new Entry(isIPv4, network & Mask(length), length, place, isOverride));

    public Place Find(ClientAddress address)
    {
        Entry? best = null;
        foreach (Entry entry in _entries)
        {
            bool isBetter = best is null || (entry.IsOverride, entry.Length).CompareTo((best.IsOverride, best.Length)) >= 0;
            if (entry.IsIPv4 == address.IsIPv4 && (Key(address) & Mask(entry.Length)) == entry.Network && isBetter)
            {
                best = entry;
            }
        }
        return best?.Place ?? Place.Unknown;
    }

    /// <summary>Whether every address in a prefix has the class of the first: asked at every border that lies inside.</summary>
    public bool IsUniform(ClientAddress address, int length, Func<Place, int> classOf)
    {
        UInt128 first = Key(address) & Mask(length);
        UInt128 last = first | ~Mask(length);
        int expected = classOf(Find(Address(address.IsIPv4, first)));
        foreach (UInt128 border in Borders(address.IsIPv4))
        {
            if (border > first && border <= last && classOf(Find(Address(address.IsIPv4, border))) != expected)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The first address of each prefix, and the first behind it.</summary>
    public IEnumerable<UInt128> Borders(bool isIPv4)
    {
        foreach (Entry entry in _entries.Where(entry => entry.IsIPv4 == isIPv4))
        {
            yield return entry.Network;
            if ((entry.Network | ~Mask(entry.Length)) != UInt128.MaxValue)
            {
                yield return (entry.Network | ~Mask(entry.Length)) + 1;
            }
        }
    }

    /// <summary>An address from bits at the top of a number: the upper 32 of them for IPv4.</summary>
    public static ClientAddress Address(bool isIPv4, UInt128 key) => isIPv4
        ? ClientAddress.FromIPv4((uint)(key >> 96))
        : new ClientAddress((ulong)(key >> 64), (ulong)key);

    public static UInt128 Key(ClientAddress address) =>
        address.IsIPv4 ? (UInt128)address.IPv4 << 96 : new UInt128(address.High, address.Low);

    public static UInt128 Mask(int length) => length == 0 ? 0 : UInt128.MaxValue << (128 - length);

    public static IPNetwork Network(Entry entry) => new(Address(entry.IsIPv4, entry.Network).ToIPAddress(), entry.Length);

    internal sealed record Entry(bool IsIPv4, UInt128 Network, int Length, Place Place, bool IsOverride);
}
