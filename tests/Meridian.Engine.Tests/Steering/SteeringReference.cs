using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Tests.Steering;

/// <summary>
/// The meaning of a policy, written as plainly as can be: all results that an evaluation can have, over all draws. Slow on
/// purpose; the compiled program is compared with it.
/// </summary>
internal sealed class SteeringReference(
    MeridianModel model, Func<string, MemberModel, MemberStatus> status, IReadOnlyDictionary<(string Subject, string Metric), double> loads)
{
    public const string Unavailable = "unavailable";
    public const string Blocked = "blocked";

    /// <summary>Every answer that a client at a place can get: sorted addresses joined by commas, or NODATA or SERVFAIL.</summary>
    public IReadOnlySet<string> PossibleAnswers(PolicyModel policy, ReferenceClient client)
    {
        HashSet<string> answers = [];
        foreach (string normal in Evaluate(policy.Root, policy, client, failOpen: false))
        {
            if (normal is not (Unavailable or Blocked))
            {
                answers.Add(Addresses(normal, failOpen: false));
                continue;
            }
            switch (policy.WhenAllDown)
            {
                case WhenAllDown.NoData:
                    answers.Add("NODATA");
                    break;
                case WhenAllDown.ServFail:
                    answers.Add("SERVFAIL");
                    break;
                case WhenAllDown.Pool when normal == Unavailable:
                    answers.Add(Addresses(policy.FallbackPool!, failOpen: true) is { Length: > 0 } fallback ? fallback : "NOTHING");
                    break;
                default:
                    foreach (string open in Evaluate(policy.Root, policy, client, failOpen: true))
                    {
                        answers.Add(open is Unavailable or Blocked ? "NOTHING" : Addresses(open, failOpen: true));
                    }
                    break;
            }
        }
        return answers;
    }

    /// <summary>The tree that is left for a client at a place: equal texts are equal decisions.</summary>
    public string Residual(SteeringNode node, PolicyModel policy, ReferenceClient client)
    {
        switch (node)
        {
            case PoolNode pool:
                return pool.Pool;
            case PolicyNode reference:
                return Residual(model.Policies[reference.Policy].Root, model.Policies[reference.Policy], client);
            case FailoverNode failover:
                return InOrder(failover.Of.Select(child => Residual(child, policy, client)));
            case WeightedNode { Sticky: true } sticky:
                return $"k({policy.Name}{(sticky.ScaleByHealth ? " scaled" : "")} " + string.Join(' ', sticky.Of.Select((child, i) => $"{NameOf(child.Node, i)}={Residual(child.Node, policy, client)}*{child.Weight}").Order()) + ")";
            case WeightedNode weighted:
                return (weighted.ScaleByHealth ? "w(scaled " : "w(") + string.Join(' ', weighted.Of.Select(child => $"{Residual(child.Node, policy, client)}*{child.Weight}").Order()) + ")";
            case MultivalueNode multivalue:
                return "m(" + string.Join(' ', multivalue.Of.Select(child => Residual(child, policy, client)).Distinct().Order()) + ")";
            case GeoNode geo:
                return Matched(Branches(geo, geo.Strict || policy.Strict, client), geo.Strict || policy.Strict);
            case NetworkNode network:
                return Matched(Branches(network, network.Strict || policy.Strict, client), network.Strict || policy.Strict);
            case ProximityNode or LatencyNode:
                return InOrder(ReferenceRanking.Ranked(model, node, client).Select(child => Residual(child, policy, client)));
            case HashNode hash:
                string key = hash.Key == HashKey.Client ? "k" : "n";
                return $"{key}({policy.Name} " + string.Join(' ', hash.Of.Select((child, i) => $"{NameOf(child, i)}={Residual(child, policy, client)}*1").Order()) + ")";
            default:
                // What such a node does beyond its children is written in its own numbers; who shares them shares the node.
                string keeps = node is RampNode { Sticky: true } or ShedNode { Sticky: true } ? $"k({policy.Name})" : "";
                return $"{keeps}{ReferenceRanking.Content(model, node, client)}({string.Join(' ', node.Children.Select(child => Residual(child, policy, client)))})";
        }

        string Matched(IEnumerable<SteeringNode> matched, bool strict)
        {
            string ordered = InOrder(matched.Select(branch => Residual(branch, policy, client)));
            return strict ? ordered.StartsWith("only ", StringComparison.Ordinal) ? ordered : $"only <{ordered}>" : ordered;
        }
    }

    private static string NameOf(SteeringNode node, int index) =>
        node is PoolNode pool ? pool.Pool : node is PolicyNode policy ? policy.Policy : $"#{index + 1}";

    private static string InOrder(IEnumerable<string> children)
    {
        List<string> flat = [.. children
            .SelectMany(child => child.StartsWith("f{", StringComparison.Ordinal) ? Split(child) : [child])
            .Where(child => child != "nothing").Distinct()];
        return flat.Count == 0 ? "nothing" : flat.Count == 1 ? flat[0] : "f{" + string.Join(';', flat) + "}";
    }

    // Splits "f{a;b}" at its own separators, not at those of what is nested in it.
    private static List<string> Split(string list)
    {
        List<string> parts = [];
        int depth = 0;
        int start = 2;
        for (int i = 2; i < list.Length; i++)
        {
            depth += list[i] is '{' or '(' or '<' ? 1 : list[i] is '}' or ')' or '>' ? -1 : 0;
            if ((list[i] == ';' && depth == 0) || i == list.Length - 1)
            {
                parts.Add(list[start..i]);
                start = i + 1;
            }
        }
        return parts;
    }

    /// <summary>The branch that a client of a strict policy is bound to; null when there is none for it.</summary>
    public static SteeringNode? StrictMatch(PolicyModel policy, ReferenceClient client) => policy.Root switch
    {
        GeoNode geo => Branches(geo, true, client).FirstOrDefault(),
        NetworkNode network => Branches(network, true, client).FirstOrDefault(),
        _ => throw new InvalidOperationException(),
    };

    private static IEnumerable<SteeringNode> Branches(GeoNode geo, bool strict, ReferenceClient client)
    {
        IEnumerable<SteeringNode> matched = geo.Places
            .Where(branch => branch.Place.Kind == PlaceKind.Country ? client.Place.Country == branch.Place.Code : client.Place.Continent == branch.Place.Code)
            .OrderBy(branch => branch.Place.Kind == PlaceKind.Country ? 0 : 1)
            .Select(branch => branch.Node);
        return strict
            ? matched.Concat(geo.Default is null ? [] : [geo.Default]).Take(1)
            : matched.Concat(geo.Default is null ? [] : [geo.Default]);
    }

    private static IEnumerable<SteeringNode> Branches(NetworkNode node, bool strict, ReferenceClient client)
    {
        IEnumerable<SteeringNode> matched = node.Networks
            .Where(branch => branch.Prefix is { } prefix && prefix.Contains(client.Address))
            .OrderByDescending(branch => branch.Prefix.GetValueOrDefault().PrefixLength)
            .Select(branch => branch.Node)
            .Concat(node.Default is null ? [] : [node.Default]);
        return strict ? matched.Take(1) : matched;
    }

    private HashSet<string> Evaluate(SteeringNode node, PolicyModel policy, ReferenceClient client, bool failOpen) => node switch
    {
        PoolNode pool => [IsAvailable(pool.Pool, failOpen) ? pool.Pool : Unavailable],
        PolicyNode reference => Evaluate(model.Policies[reference.Policy].Root, model.Policies[reference.Policy], client, failOpen),
        FailoverNode failover => First([.. failover.Of], policy, client, failOpen),
        WeightedNode weighted => Draw([.. weighted.Of], policy, client, failOpen),
        MultivalueNode multivalue => All([.. multivalue.Of], policy, client, failOpen),
        GeoNode geo when geo.Strict || policy.Strict =>
            [.. First([.. Branches(geo, true, client)], policy, client, failOpen).Select(result => result == Unavailable ? Blocked : result)],
        GeoNode geo => First([.. Branches(geo, false, client)], policy, client, failOpen),
        NetworkNode network when network.Strict || policy.Strict =>
            [.. First([.. Branches(network, true, client)], policy, client, failOpen).Select(result => result == Unavailable ? Blocked : result)],
        NetworkNode network => First([.. Branches(network, false, client)], policy, client, failOpen),
        ProximityNode or LatencyNode => First([.. ReferenceRanking.Ranked(model, node, client)], policy, client, failOpen),
        HashNode hash => Draw([.. hash.Of.Select(child => new WeightedChild(child, 1))], policy, client, failOpen),
        ScheduleNode schedule => First([.. ReferenceChoices.Open(schedule, client.UnixSeconds)], policy, client, failOpen),
        RampNode ramp => Share(ramp.From, ramp.To, ReferenceChoices.Share(ramp, client.UnixSeconds, IsWell(ramp.Guard)), policy, client, failOpen),
        ShedNode shed => Share(shed.Of, shed.To, ReferenceChoices.Share(shed, Load(shed.Subject, shed.Metric)), policy, client, failOpen),
        SpillNode spill => Spill(spill, policy, client, failOpen),
        CheapestNode cheapest => Cheapest(cheapest, policy, client, failOpen),
        _ => throw new InvalidOperationException(),
    };

    private double Load(string subject, string metric) => loads.GetValueOrDefault((subject, metric), double.NaN);

    private bool IsWell(string? guard) => guard is null || !model.Pools.Values.Where(pool => pool.Monitor == guard)
        .SelectMany(pool => pool.Members.Select(member => status(pool.Name, member)))
        .Any(found => found is { Admin: AdminState.Auto, Health: HealthState.Down });

    private HashSet<string> Share(SteeringNode from, SteeringNode to, double share, PolicyModel policy, ReferenceClient client, bool failOpen)
    {
        HashSet<string> results = [];
        if (share < 1)
        {
            results.UnionWith(First([from, to], policy, client, failOpen));
        }
        if (share > 0)
        {
            results.UnionWith(First([to, from], policy, client, failOpen));
        }
        return results;
    }

    private HashSet<string> Spill(SpillNode spill, PolicyModel policy, ReferenceClient client, bool failOpen)
    {
        List<int> nearest = ReferenceRanking.Order(model, spill, client);
        List<SteeringNode> children = [.. nearest.Select(i => new PoolNode(spill.Of[i].Pool))];
        if (failOpen)
        {
            return First(children, policy, client, failOpen);
        }
        bool[] available = [.. spill.Of.Select(child => IsAvailable(child.Pool, failOpen: false))];
        double[] shares = ReferenceChoices.Pour(
            [.. spill.Of.Select(child => child.Capacity)], [.. spill.Of.Select(child => Load(child.Pool, spill.Metric))], available, nearest[0]);
        HashSet<string> results = [.. spill.Of.Where((_, i) => available[i] && shares[i] > 0).Select(child => child.Pool)];
        return results.Count > 0 ? results : First(children, policy, client, failOpen);
    }

    /// <summary>All combinations of what the children can come to, and for each the plain rule.</summary>
    private HashSet<string> Cheapest(CheapestNode node, PolicyModel policy, ReferenceClient client, bool failOpen)
    {
        IEnumerable<ImmutableArray<string>> combinations = [[]];
        foreach (PricedChild child in node.Of)
        {
            HashSet<string> outcomes = Evaluate(child.Node, policy, client, failOpen);
            combinations = [.. combinations.SelectMany(combination => outcomes.Select(combination.Add))];
        }
        return [.. combinations.Select(outcomes => ReferenceChoices.Cheapest(
            node, ReferenceRanking.Milliseconds(model, node, client), outcomes, child => child.Subject is { } subject ? Load(subject, node.Metric) : double.NaN,
            node.Of.Where(child => child.Subject is not null).Sum(child => Load(child.Subject!, CheapestNode.SpendMetric))))];
    }

    private HashSet<string> First(List<SteeringNode> children, PolicyModel policy, ReferenceClient client, bool failOpen)
    {
        if (children.Count == 0)
        {
            return [Unavailable];
        }
        HashSet<string> results = Evaluate(children[0], policy, client, failOpen);
        if (results.Remove(Unavailable))
        {
            results.UnionWith(First(children[1..], policy, client, failOpen));
        }
        return results;
    }

    private HashSet<string> Draw(List<WeightedChild> children, PolicyModel policy, ReferenceClient client, bool failOpen)
    {
        HashSet<string> results = [];
        List<WeightedChild> drawn = children.Exists(child => child.Weight > 0) ? children.FindAll(child => child.Weight > 0) : children;
        foreach (WeightedChild child in drawn)
        {
            foreach (string result in Evaluate(child.Node, policy, client, failOpen))
            {
                if (result != Unavailable)
                {
                    results.Add(result);
                }
                else
                {
                    results.UnionWith(Draw([.. children.Where(other => other != child)], policy, client, failOpen));
                }
            }
        }
        return children.Count == 0 ? [Unavailable] : results;
    }

    private HashSet<string> All(List<SteeringNode> children, PolicyModel policy, ReferenceClient client, bool failOpen)
    {
        HashSet<string> unions = [Unavailable];
        foreach (SteeringNode child in children)
        {
            HashSet<string> next = [];
            foreach (string result in Evaluate(child, policy, client, failOpen))
            {
                foreach (string union in unions)
                {
                    next.Add(
                        union == Blocked || result == Blocked ? Blocked
                        : union == Unavailable ? result
                        : result == Unavailable ? union
                        : string.Join('+', union.Split('+').Union(result.Split('+')).Order(StringComparer.Ordinal)));
                }
            }
            unions = next;
        }
        return unions;
    }

    private bool IsAvailable(string name, bool failOpen)
    {
        PoolModel pool = model.Pools[name];
        return failOpen
            ? pool.Members.Any(member => status(name, member).IsAllowed)
            : pool.Members.Count(member => status(name, member).IsAvailable) >= pool.MinHealthy;
    }

    private string Addresses(string pools, bool failOpen) => string.Join(',', pools.Split('+')
        .SelectMany(name => model.Pools[name].Members
            .Where(member => failOpen ? status(name, member).IsAllowed : status(name, member).IsAvailable)
            .Select(member => member.Target))
        .Order(StringComparer.Ordinal));
}
