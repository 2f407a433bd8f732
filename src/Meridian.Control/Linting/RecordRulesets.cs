using System.Buffers.Binary;
using System.Net.Sockets;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Linting;

/// <summary>Rules about steered records.</summary>
internal static class RecordRulesets
{
    private const uint LongTtl = 3600;
    private const uint ShortTtl = 10;

    /// <summary>Octets that are safe from fragmentation (DNS Flag Day 2020).</summary>
    private const int SafeResponseLength = 1232;

    /// <summary>Header, the question's type and class, and an OPT record with a client subnet option.</summary>
    private const int FixedLength = 12 + 4 + 11 + 12;

    /// <summary>A name by pointer, type, class, TTL and length.</summary>
    private const int RecordHeaderLength = 12;

    private const int IPv4HintKey = 4;
    private const int IPv6HintKey = 6;

    public static IEnumerable<LintFinding> Find(MeridianModel model)
    {
        ZoneSight sight = new(model);
        return model.Zones.Values.SelectMany(zone =>
            zone.RRsets.Kept.Where(rrset => rrset.Steering is not null && rrset.Type != RecordType.TXT).SelectMany(rrset => OfSteered(model, zone, rrset))
                .Concat(zone.RRsets.GroupBy(rrset => rrset.Owner).SelectMany(owner => OfOwner(model, zone, [.. owner])))
                .Concat(OfAliases(sight, zone))
                .Concat(OfZone(model, zone)));
    }

    private static IEnumerable<LintFinding> OfAliases(ZoneSight sight, ZoneModel zone)
    {
        foreach (RRsetModel rrset in zone.RRsets.Kept)
        {
            if (rrset.Outside is { } alias && sight.FindFrom(zone, alias.Target) is { } inside)
            {
                yield return new(LintRule.AliasInside, PathOf(zone, rrset), $"the target {alias.Target} of {rrset.Owner} is in {inside.Key}, which is served here");
            }
        }
    }

    private static IEnumerable<LintFinding> OfSteered(MeridianModel model, ZoneModel zone, RRsetModel rrset)
    {
        string path = PathOf(zone, rrset);
        uint ttl = TtlOf(model, zone, rrset);
        if (ttl > LongTtl)
        {
            yield return new(LintRule.TtlLong, path, $"the TTL of {rrset.Owner} is {ttl} s");
        }
        if (ttl < ShortTtl)
        {
            yield return new(LintRule.TtlShort, path, $"the TTL of {rrset.Owner} is {ttl} s");
        }
        if (rrset.Type is RecordType.A or RecordType.AAAA && PolicyOf(model, rrset) is { } policy)
        {
            (string? pool, int length) = LargestAnswer(model, policy, rrset);
            if (length > SafeResponseLength)
            {
                yield return new(LintRule.AnswerLarge, path, $"an answer from the pool '{pool}' takes about {length} octets");
            }
        }
    }

    private static IEnumerable<LintFinding> OfOwner(MeridianModel model, ZoneModel zone, RRsetModel[] rrsets)
    {
        RRsetModel? ipv4 = Array.Find(rrsets, rrset => rrset.Type == RecordType.A);
        RRsetModel? ipv6 = Array.Find(rrsets, rrset => rrset.Type == RecordType.AAAA);
        // Record sets have a policy of their own for each type: whether two of them mean the same is not asked here.
        bool areSets = ipv4 is { Steering: not null, IsExpanded: true } && ipv6 is { Steering: not null, IsExpanded: true };
        if (ipv4 is not null && ipv6 is not null && !areSets && ipv4.Steering?.Policy != ipv6.Steering?.Policy)
        {
            yield return new(LintRule.FamiliesDiffer, PathOf(zone, ipv6), $"A of {ipv4.Owner} is {Describe(ipv4)}, AAAA is {Describe(ipv6)}");
        }
        if (ipv4?.Steering is not null && ipv6?.Steering is not null && ipv4.Steering.Policy == ipv6.Steering.Policy
            && PolicyOf(model, ipv4) is { } policy && LintTree.AllOf(model, policy.Root).Any(IsLooseDraw))
        {
            yield return new(LintRule.DrawNotSticky, PathOf(zone, ipv4), $"A and AAAA of {ipv4.Owner} are drawn apart from one another");
        }
        foreach (RRsetModel service in rrsets.Where(rrset => rrset.Type is RecordType.HTTPS or RecordType.SVCB && rrset.Steering is null))
        {
            if ((ipv4 ?? ipv6)?.Steering is not null && service.Rdata.Any(rdata => HasHints(rdata.Span)))
            {
                yield return new(LintRule.StaticHints, PathOf(zone, service), $"{service.Owner} has address hints in its own {service.Type.ToMnemonic()} record beside steered addresses");
            }
        }
    }

    private static IEnumerable<LintFinding> OfZone(MeridianModel model, ZoneModel zone)
    {
        uint[] ttls = [.. zone.RRsets.Kept.Where(rrset => rrset.Steering is not null).Select(rrset => TtlOf(model, zone, rrset))];
        if (ttls.Length > 0 && zone.Soa.NegativeTtlSeconds > ttls.Min())
        {
            yield return new(
                LintRule.NegativeTtlLong, $"zones/{zone.Key}/soa/negative-ttl",
                $"negative answers of {zone.Key} are kept for {zone.Soa.NegativeTtlSeconds} s, the shortest steered TTL is {ttls.Min()} s");
        }
    }

    private static bool IsLooseDraw(SteeringNode node) => node switch
    {
        WeightedNode weighted => !weighted.Sticky && weighted.Of.Count(child => child.Weight > 0) > 1,
        RampNode ramp => !ramp.Sticky,
        ShedNode shed => !shed.Sticky,
        _ => false,
    };

    private static (string? Pool, int Length) LargestAnswer(MeridianModel model, PolicyModel policy, RRsetModel rrset)
    {
        AddressFamily family = rrset.Type == RecordType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        int recordLength = RecordHeaderLength + (rrset.Type == RecordType.A ? 4 : 16);
        (string? Pool, int Count) largest = LintTree.PoolsOf(model, policy.Root)
            .Select(name => model.Pools[name])
            .Select(pool => ((string?)pool.Name, Math.Min(pool.Pick ?? int.MaxValue, pool.Members.Count(member => member.Address?.AddressFamily == family))))
            .MaxBy(answer => answer.Item2);
        return (largest.Pool, FixedLength + rrset.Owner.Wire.Length + (largest.Count * recordLength));
    }

    /// <summary>RFC 9460 §2.2: priority, target name, then parameters of key, length and value.</summary>
    private static bool HasHints(ReadOnlySpan<byte> rdata)
    {
        int position = 2;
        while (position < rdata.Length && rdata[position] != 0)
        {
            position += rdata[position] + 1;
        }
        position++;
        while (position + 4 <= rdata.Length)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(rdata[position..]) is IPv4HintKey or IPv6HintKey)
            {
                return true;
            }
            position += 4 + BinaryPrimitives.ReadUInt16BigEndian(rdata[(position + 2)..]);
        }
        return false;
    }

    private static PolicyModel? PolicyOf(MeridianModel model, RRsetModel rrset) =>
        rrset.Steering is { } steering ? model.Policies[steering.Policy] : null;

    private static uint TtlOf(MeridianModel model, ZoneModel zone, RRsetModel rrset) =>
        rrset.TtlSeconds ?? PolicyOf(model, rrset)?.TtlSeconds ?? zone.DefaultTtlSeconds;

    private static string Describe(RRsetModel rrset) => rrset.Steering is { } steering ? $"steered by '{steering.Policy}'" : "static";

    private static string PathOf(ZoneModel zone, RRsetModel rrset) =>
        $"zones/{zone.Key}/records/{RelativeName(rrset.Owner, zone.Apex)}/{rrset.Type.ToMnemonic()}";

    private static string RelativeName(DomainName owner, DomainName apex)
    {
        string text = owner.ToString();
        string suffix = $".{apex}";
        return owner.Equals(apex) ? "@" : text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? text[..^suffix.Length] : text;
    }
}
