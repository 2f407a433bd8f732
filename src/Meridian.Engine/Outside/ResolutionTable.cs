using System.Collections.Immutable;
using Meridian.Dns.Records;

namespace Meridian.Engine.Outside;

/// <summary>
/// What is known of each name outside that a snapshot answers from, by number. Immutable: a changed answer makes a new table,
/// which is an array of references, and shares the rest.
/// </summary>
internal sealed class ResolutionTable
{
    public static ResolutionTable Empty { get; } = new([], []);

    private readonly ResolvedAnswer?[] _ipv4;
    private readonly ResolvedAnswer?[] _ipv6;

    private ResolutionTable(ResolvedAnswer?[] ipv4, ResolvedAnswer?[] ipv6)
    {
        _ipv4 = ipv4;
        _ipv6 = ipv6;
    }

    /// <summary>The table of a snapshot.</summary>
    /// <param name="names">Its names outside, in the order of their numbers.</param>
    /// <param name="known">What is known of any name.</param>
    public static ResolutionTable Create(
        ImmutableArray<OutsideName> names, IReadOnlyDictionary<(OutsideName Name, RecordType Type), ResolvedAnswer> known) =>
        names.IsEmpty
            ? Empty
            : new(
                [.. names.Select(name => known.GetValueOrDefault((name, RecordType.A)))],
                [.. names.Select(name => known.GetValueOrDefault((name, RecordType.AAAA)))]);

    /// <summary>The table with some answers changed.</summary>
    /// <param name="changes">Numbers and what is known of them now.</param>
    public ResolutionTable With(IEnumerable<(int Number, ResolvedAnswer Answer)> changes)
    {
        ResolvedAnswer?[] ipv4 = [.. _ipv4];
        ResolvedAnswer?[] ipv6 = [.. _ipv6];
        foreach ((int number, ResolvedAnswer answer) in changes)
        {
            (answer.Type == RecordType.A ? ipv4 : ipv6)[number] = answer;
        }
        return new ResolutionTable(ipv4, ipv6);
    }

    /// <summary>What is known of a name; null when nobody has asked yet.</summary>
    public ResolvedAnswer? Find(int number, RecordType type) => (type == RecordType.A ? _ipv4 : _ipv6)[number];

    /// <summary>Whether a name has addresses, of any family.</summary>
    public bool HasAddresses(int number) =>
        _ipv4[number]?.State == ResolutionState.Found || _ipv6[number]?.State == ResolutionState.Found;

    /// <summary>Whether a name may yet turn out to have addresses: an answer for a family is awaited, and none is there for the other.</summary>
    public bool IsAwaited(int number) => !HasAddresses(number) && (_ipv4[number] is null || _ipv6[number] is null);

    /// <summary>Everything that is known.</summary>
    public IEnumerable<ResolvedAnswer> All() => _ipv4.Concat(_ipv6).OfType<ResolvedAnswer>();
}
