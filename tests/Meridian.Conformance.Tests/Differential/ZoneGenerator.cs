using System.Text;
using Meridian.Conformance.Tests.Subjects;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>
/// Zones made from a seed. Few labels in many combinations: names that share ancestors, wildcards beside exact names, empty
/// non-terminals and cuts within cuts come about by themselves. Only what every subject loads: no data beside a CNAME, none below
/// a DNAME.
/// </summary>
internal sealed class ZoneGenerator
{
    private const int Zones = 6;
    private const int OwnersPerZone = 160;
    private const int DepthMax = 6;

    private static readonly string[] Labels = ["a", "b", "c", "d", "www", "mail", "*", "*", "ns", "x-y", "_tcp", "A0", "\\034", "zz"];

    private readonly Random _random;
    private readonly string _apex;
    private readonly bool _hasRedirections;
    private readonly SortedDictionary<string, OwnerKind> _owners = new(StringComparer.OrdinalIgnoreCase);
    private readonly StringBuilder _text = new();

    private ZoneGenerator(Random random, string apex, bool hasRedirections)
    {
        _random = random;
        _apex = apex;
        _hasRedirections = hasRedirections;
    }

    private enum OwnerKind
    {
        Data,
        Alias,
        Redirection,
        Cut,
    }

    /// <summary>The zones of a seed; one of them is the parent of another.</summary>
    public static IReadOnlyList<TestZone> Generate(int seed)
    {
        Random random = new(seed);
        List<TestZone> zones = [];
        for (int i = 0; i < Zones; i++)
        {
            // The last one is below the first: names lead from one to the other, cut there or not.
            string apex = i == Zones - 1 ? "a.g0.test." : $"g{i}.test.";
            // NSD keeps the names of all zones in one tree, and refuses a DNAME above names of another zone.
            bool hasRedirections = i is not (0 or Zones - 1);
            zones.Add(new TestZone(apex, new ZoneGenerator(random, apex, hasRedirections).Build()));
        }
        return zones;
    }

    private string Build()
    {
        _text.Append($"$ORIGIN {_apex}\n$TTL {_random.Next(60, 4000)}\n");
        _text.Append($"@ {_random.Next(30, 4000)} IN SOA ns.srv hostmaster 1 7200 900 1209600 {_random.Next(30, 4000)}\n");
        _text.Append("@ IN NS ns.srv\n@ IN NS ns.elsewhere.example.\nns.srv IN A 192.0.2.53\nns.srv IN AAAA 2001:db8::53\n");
        for (int i = 0; i < OwnersPerZone; i++)
        {
            string owner = RandomName();
            OwnerKind kind = (OwnerKind)(_random.Next(20) switch { 0 or 1 or 2 => 1, 3 => 2, 4 or 5 => 3, _ => 0 });
            bool isWildcard = owner.StartsWith('*');
            // RFC 4592 §4.2 and §4.4 leave NS and DNAME at a wildcard undefined or discouraged: nothing to compare.
            if ((isWildcard && kind == OwnerKind.Cut) || (kind == OwnerKind.Redirection && (isWildcard || !_hasRedirections)))
            {
                kind = OwnerKind.Data;
            }
            if (IsFree(owner, kind))
            {
                _owners.Add(owner, kind);
                Write(owner, kind);
            }
        }
        return _text.ToString();
    }

    private bool IsFree(string owner, OwnerKind kind)
    {
        if (_owners.ContainsKey(owner) || IsSameOrBelow(owner, "ns.srv") || owner is "srv")
        {
            return false;
        }
        foreach ((string other, OwnerKind otherKind) in _owners)
        {
            bool isBelowRedirection = otherKind == OwnerKind.Redirection && IsSameOrBelow(owner, other);
            bool isAboveOther = kind == OwnerKind.Redirection && IsSameOrBelow(other, owner);
            // Nobody says whether glue may come from a wildcard below its cut: NSD and Knot do so, BIND and Meridian do not.
            bool isWildcardBelowCut = (otherKind == OwnerKind.Cut && owner.Contains('*') && IsSameOrBelow(owner, other))
                || (kind == OwnerKind.Cut && other.Contains('*') && IsSameOrBelow(other, owner));
            if (isBelowRedirection || isAboveOther || isWildcardBelowCut)
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsSameOrBelow(string name, string ancestor) =>
        name.Equals(ancestor, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + ancestor, StringComparison.OrdinalIgnoreCase);

    private void Write(string owner, OwnerKind kind)
    {
        switch (kind)
        {
            case OwnerKind.Alias:
                Write(owner, "CNAME", Target());
                break;
            case OwnerKind.Redirection:
                Write(owner, "DNAME", Target());
                break;
            case OwnerKind.Cut:
                WriteCut(owner);
                break;
            default:
                WriteData(owner);
                break;
        }
    }

    private void WriteCut(string owner)
    {
        string inside = $"ns.{owner}";
        Write(owner, "NS", inside, "ns.elsewhere.example.", Target());
        if (_random.Next(3) > 0 && IsFree(inside, OwnerKind.Data))
        {
            _owners.Add(inside, OwnerKind.Data);
            Write(inside, "A", "192.0.2.61");
            Write(inside, "AAAA", "2001:db8::61");
        }
        if (_random.Next(4) == 0)
        {
            Write(owner, "DS", "4711 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF");
        }
    }

    private void WriteData(string owner)
    {
        bool isAny = false;
        while (!isAny)
        {
            foreach ((string type, Func<string[]> rdata, int oneIn) in Kinds())
            {
                if (_random.Next(oneIn) == 0)
                {
                    isAny = true;
                    Write(owner, type, rdata());
                }
            }
        }
    }

    private IEnumerable<(string Type, Func<string[]> Rdata, int OneIn)> Kinds() =>
    [
        ("A", () => [.. Enumerable.Range(1, _random.Next(1, 5)).Select(i => $"192.0.2.{i}")], 2),
        ("AAAA", () => ["2001:db8::1"], 4),
        ("TXT", () => [.. Enumerable.Range(0, _random.Next(1, 9)).Select(i => $"\"{i}{new string('t', _random.Next(1, 200))}\"")], 4),
        ("MX", () => [$"10 {Target()}", $"20 {Target()}"], 5),
        ("SRV", () => [$"1 2 443 {Target()}"], 6),
        ("PTR", () => [Target()], 12),
        ("CAA", () => ["0 issue \"ca.example\""], 12),
        ("NAPTR", () => [$"1 1 \"s\" \"x\" \"\" {Target()}"], 16),
        ("HTTPS", () => [$"1 {Target()} alpn=h2"], 12),
        ("TYPE65300", () => ["\\# 3 010203"], 16),
    ];

    private void Write(string owner, string type, params string[] rdatas)
    {
        int ttl = _random.Next(1, 100_000);
        foreach (string rdata in rdatas.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            _text.Append($"{owner} {ttl} IN {type} {rdata}\n");
        }
    }

    private string RandomName() =>
        string.Join('.', Enumerable.Range(0, 1 + _random.Next(DepthMax) * _random.Next(2)).Select(_ => Labels[_random.Next(Labels.Length)]));

    // Mostly in this zone, sometimes in another of these, sometimes in none.
    private string Target() => _random.Next(8) switch
    {
        0 => "www.elsewhere.example.",
        1 => $"{RandomName()}.g{_random.Next(Zones - 1)}.test.",
        2 => "ns.srv",
        _ => RandomName(),
    };
}
