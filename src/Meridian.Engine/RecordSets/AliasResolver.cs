using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.RecordSets;

/// <summary>Follows aliases through this server's zones to what they stand for, and expands record sets on the way.</summary>
internal sealed class AliasResolver
{
    /// <summary>Aliases of aliases; each is one more thing to understand at night. Far beyond what anybody builds.</summary>
    private const int MaxChain = 16;

    private readonly MeridianModel _model;
    private readonly ZoneSight _sight;
    private readonly ImplicitParts _parts;
    private readonly SetTree _trees;
    private readonly Dictionary<ZoneKey, ZoneNames> _names = [];
    private readonly Dictionary<(ZoneKey Zone, DomainName Owner, RecordType Type), Meaning?> _known = [];
    private readonly List<(ZoneKey Zone, DomainName Owner, RecordType Type)> _way = [];
    private readonly ImmutableSortedSet<DomainName>.Builder _targets = ImmutableSortedSet.CreateBuilder<DomainName>();

    public AliasResolver(MeridianModel written, ImplicitParts parts)
    {
        _model = written;
        _sight = new ZoneSight(written);
        _parts = parts;
        _trees = new SetTree(written, parts, this);
    }

    /// <summary>Every name that an alias was followed to.</summary>
    public ImmutableSortedSet<DomainName> Targets => _targets.ToImmutable();

    /// <summary>The RRset with what it answers; as it was, with a problem, when that cannot be told.</summary>
    public RRsetModel Expand(ZoneModel zone, RRsetModel rrset) => MeaningOf(zone, rrset) is { } meaning
        ? rrset with
        {
            TtlSeconds = meaning.TtlSeconds,
            Rdata = meaning.Rdata,
            Steering = meaning.Steering,
            Outside = meaning.Outside is { } target ? new OutsideAliasModel { Target = target } : null,
        }
        : rrset;

    /// <summary>What the target of an alias stands for; null with a problem, once, when there is no such thing.</summary>
    /// <param name="from">The zone with the alias.</param>
    /// <param name="target">The target.</param>
    /// <param name="type">The type of both.</param>
    /// <param name="path">Where the alias is written.</param>
    public Meaning? Follow(ZoneModel from, DomainName target, RecordType type, string path)
    {
        _targets.Add(target);
        if (_sight.FindFrom(from, target) is not { } zone || NamesOf(zone).IsBelowCut(target))
        {
            return FollowOutside(target, type, path);
        }
        if (NamesOf(zone).Find(target, type) is { } rrset)
        {
            return MeaningOf(zone, rrset);
        }
        string reason = NamesOf(zone).Find(target, RecordType.CNAME) is not null
            ? $"{target} is a CNAME: point the alias at where that leads"
            : $"there are no {type.ToMnemonic()} records at {target}";
        _parts.Report(path, $"the alias leads nowhere: {reason}");
        return null;
    }

    /// <summary>The name that an RRset's policy, and its pools, begin with.</summary>
    public static string NameOf(ZoneModel zone, DomainName owner, RecordType type) =>
        zone.Label.Length == 0 ? $"{owner}/{type.ToMnemonic()}" : $"{owner}@{zone.Label}/{type.ToMnemonic()}";

    /// <summary>The name of what an alias leads to, as <see cref="NameOf"/> has it.</summary>
    public string NameOfTarget(ZoneModel from, DomainName target, RecordType type) =>
        NameOf(_sight.FindFrom(from, target) ?? from, target, type);

    /// <summary>Where an RRset is written, as keys from the top.</summary>
    public static string PathOf(ZoneModel zone, RRsetModel rrset)
    {
        string owner = rrset.Owner.ToString();
        string apex = zone.Apex.ToString();
        string relative = rrset.Owner == zone.Apex ? "@" : zone.Apex.IsRoot ? owner[..^1] : owner[..^(apex.Length + 1)];
        return $"zones/{zone.Key}/records/{relative}/{rrset.Type.ToMnemonic()}";
    }

    private Meaning? MeaningOf(ZoneModel zone, RRsetModel rrset)
    {
        (ZoneKey, DomainName, RecordType) key = (zone.Key, rrset.Owner, rrset.Type);
        if (_known.TryGetValue(key, out Meaning? known))
        {
            return known;
        }
        int circle = _way.IndexOf(key);
        if (circle >= 0 || _way.Count > MaxChain)
        {
            string way = string.Join(" → ", _way.Skip(Math.Max(0, circle)).Select(step => step.Owner).Append(rrset.Owner));
            string problem = circle >= 0 ? "aliases lead back to themselves" : $"more than {MaxChain} aliases in a row";
            _parts.Report(PathOf(zone, rrset), $"{problem}: {way}");
            return null;
        }
        _way.Add(key);
        Meaning? meaning = rrset switch
        {
            { Sets.Count: > 0 } => _trees.Build(zone, rrset),
            { Alias: { } alias } => FollowAlias(zone, rrset, alias),
            { Outside: { } outside } => new Meaning(rrset.TtlSeconds ?? zone.DefaultTtlSeconds, [], null) { Outside = outside.Target },
            { Steering: { } steering } => new Meaning(TtlOfSteered(zone, rrset, steering), [], steering),
            _ => new Meaning(rrset.TtlSeconds ?? zone.DefaultTtlSeconds, rrset.Rdata, null),
        };
        _way.RemoveAt(_way.Count - 1);
        _known[key] = meaning;
        return meaning;
    }

    private Meaning? FollowAlias(ZoneModel zone, RRsetModel rrset, AliasModel alias)
    {
        string path = PathOf(zone, rrset);
        if (Follow(zone, alias.Target, rrset.Type, $"{path}/alias/to") is not { } target)
        {
            return null;
        }
        return target.Outside is null ? target : target with { TtlSeconds = zone.DefaultTtlSeconds };
    }

    private Meaning? FollowOutside(DomainName target, RecordType type, string path)
    {
        if (type is RecordType.A or RecordType.AAAA)
        {
            return new Meaning(0, [], null) { Outside = target };
        }
        _parts.Report(path, $"{target} is in none of this server's zones: only the addresses (A, AAAA) of such a name are looked up");
        return null;
    }

    private uint TtlOfSteered(ZoneModel zone, RRsetModel rrset, SteeredDataModel steering) =>
        rrset.TtlSeconds ?? (_model.Policies.TryGetValue(steering.Policy, out PolicyModel? policy) ? policy.TtlSeconds : null) ?? zone.DefaultTtlSeconds;

    private ZoneNames NamesOf(ZoneModel zone)
    {
        if (!_names.TryGetValue(zone.Key, out ZoneNames? names))
        {
            _names.Add(zone.Key, names = new ZoneNames(zone));
        }
        return names;
    }
}

/// <summary>What an RRset answers, once aliases are followed: data, a policy, or a name elsewhere.</summary>
/// <param name="TtlSeconds">The TTL of the answers.</param>
/// <param name="Rdata">Static data; empty when a policy decides.</param>
/// <param name="Steering">The policy that decides.</param>
internal sealed record Meaning(uint TtlSeconds, ImmutableArray<ReadOnlyMemory<byte>> Rdata, SteeredDataModel? Steering)
{
    /// <summary>A name in none of this server's zones, whose addresses have to be looked up.</summary>
    public DomainName? Outside { get; init; }
}
