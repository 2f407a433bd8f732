using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Records;

/// <summary>What must hold among the record sets of a name, in the service's words.</summary>
internal static class RecordSetRules
{
    private const int WeightedSetsMax = 100;

    private static readonly RecordType[] MultiValueTypes =
    [
        RecordType.A, RecordType.AAAA, RecordType.MX, RecordType.NAPTR, RecordType.PTR, RecordType.SPF, RecordType.SRV, RecordType.TXT,
        RecordType.CAA, RecordType.TLSA, RecordType.SSHFP, RecordType.SVCB, RecordType.HTTPS,
    ];

    /// <summary>Why a set cannot come beside those of its name and type; null when it can.</summary>
    /// <param name="set">What comes.</param>
    /// <param name="others">What there is at its name, without the set that it replaces.</param>
    public static string? Conflict(RecordSet set, IEnumerable<RecordSet> others)
    {
        RecordSet[] group = [.. others.Where(other => other.Type == set.Type)];
        string what = $"RRSet with DNS name {Route53Name.Format(set.Owner)}, type {set.Type.ToMnemonic()}";
        if (group.Length == 0)
        {
            return null;
        }
        if (set.Routing is not { } routing)
        {
            return $"{what} cannot be created as other RRSets exist with the same name and type.";
        }
        string named = $"{what}, SetIdentifier {set.SetIdentifier}";
        if (group.Any(other => other.Routing?.Kind != routing.Kind))
        {
            return $"{named} cannot be created as a non-{routing.Kind} set exists with the same name and type.";
        }
        return routing.Key is { } key && Array.Find(group, other => key.Equals(other.Routing?.Key)) is { } same
            ? $"{named} cannot be created as the {routing.Kind} set with SetIdentifier {same.SetIdentifier} is for the same {KeyWord(routing)}."
            : null;
    }

    /// <summary>What is wrong with a set among all that its name holds in the end.</summary>
    public static IEnumerable<string> Check(HostedZone zone, RecordSet set, IReadOnlyList<RecordSet> all)
    {
        string name = Route53Name.Format(set.Owner);
        string type = set.Type.ToMnemonic();
        if (set.Type == RecordType.CNAME)
        {
            if (set.Owner == zone.Apex)
            {
                yield return $"RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone.Name}";
            }
            else if (all.Any(other => other.Type != RecordType.CNAME))
            {
                yield return $"RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records with the same DNS name in zone {zone.Name}";
            }
            if (set.Values.Length > 1)
            {
                yield return $"RRSet of type CNAME with DNS name {name} must not have more than one resource record";
            }
        }
        else if (all.Any(other => other.Type == RecordType.CNAME))
        {
            // Two blanks, as the service has them.
            yield return $"RRSet of type {type} with DNS name {name} is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone {zone.Name}";
        }
        if (set.Type == RecordType.NS && set.Owner.IsWildcard)
        {
            yield return $"RRSet of type NS with DNS name {name} is not permitted: a wildcard cannot be delegated";
        }
        if (set.Type == RecordType.DS && (set.Owner == zone.Apex || !all.Any(other => other.Type == RecordType.NS)))
        {
            yield return $"RRSet of type DS with DNS name {name} is not permitted because no NS RRSet with the same DNS name exists in zone {zone.Name}";
        }
        foreach (string problem in CheckRouting(set, all, $"RRSet with DNS name {name} and type {type}, SetIdentifier {set.SetIdentifier}"))
        {
            yield return problem;
        }
    }

    /// <summary>
    /// Whether what a DELETE brings is what there is: TTL, values as a set, alias. Routing fields that a client left out are
    /// not missed.
    /// </summary>
    public static bool HasSameContent(RecordSet current, RecordSet given)
    {
        if (current.Alias is { } alias)
        {
            return given.Alias is { } other && other.Name == alias.Name && other.EvaluatesHealth == alias.EvaluatesHealth
                && (other.HostedZoneId == alias.HostedZoneId || alias.HostedZoneId.Length == 0);
        }
        return given.Alias is null && current.TtlSeconds == given.TtlSeconds && current.Values.Length == given.Values.Length
            && given.Values.All(value => current.Values.Any(other => IsSame(current.Type, other, value)));
    }

    private static IEnumerable<string> CheckRouting(RecordSet set, IReadOnlyList<RecordSet> all, string what)
    {
        switch (set.Routing)
        {
            case Routing.Weighted:
                RecordSet[] group = [.. all.Where(other => other.Type == set.Type)];
                if (set.Alias is null && group.Any(other => other.Alias is null && other.TtlSeconds != set.TtlSeconds))
                {
                    yield return $"{what} cannot be created as weighted sets must contain the same TTL.";
                }
                if (group.Length > WeightedSetsMax)
                {
                    yield return $"{what} cannot be created as there are {WeightedSetsMax} weighted sets already.";
                }
                break;
            case Routing.MultiValue when set.Alias is not null:
                yield return $"{what} cannot be created as a multivalue answer set cannot be an alias.";
                break;
            case Routing.MultiValue when !MultiValueTypes.Contains(set.Type):
                yield return $"{what} cannot be created as there are no multivalue answers of this type.";
                break;
            default:
                break;
        }
        if (set.Routing is Routing.Weighted or Routing.Latency && set.Values.Length > 1)
        {
            yield return $"{what} cannot be created as {set.Routing.Kind} sets must contain exactly one resource record.";
        }
        if (set.Routing is not null && set.Type is RecordType.NS or RecordType.DS)
        {
            yield return $"{what} cannot be created as sets of this type have no routing.";
        }
    }

    private static bool IsSame(RecordType type, string left, string right) =>
        left == right
        || (Route53Rdata.TryScan(type, left, out byte[] one, out _) && Route53Rdata.TryScan(type, right, out byte[] other, out _)
            && Route53Rdata.AreEqual(type, one, other));

    private static string KeyWord(Routing routing) => routing switch
    {
        Routing.Latency => "region",
        Routing.Failover => "role",
        _ => "location",
    };
}
