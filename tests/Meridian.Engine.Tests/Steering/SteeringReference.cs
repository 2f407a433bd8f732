using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Tests.Steering;

/// <summary>
/// The meaning of a policy, written as plainly as can be: all results that an evaluation can have, over all draws. Slow on
/// purpose; the compiled program is compared with it.
/// </summary>
internal sealed class SteeringReference(MeridianModel model, Func<string, MemberModel, MemberStatus> status)
{
    public const string Unavailable = "unavailable";
    public const string Blocked = "blocked";

    /// <summary>Every answer that a client at a place can get: sorted addresses joined by commas, or NODATA or SERVFAIL.</summary>
    public IReadOnlySet<string> PossibleAnswers(PolicyModel policy, Place place)
    {
        HashSet<string> answers = [];
        foreach (string normal in Evaluate(policy.Root, policy, place, failOpen: false))
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
                    foreach (string open in Evaluate(policy.Root, policy, place, failOpen: true))
                    {
                        answers.Add(open is Unavailable or Blocked ? "NOTHING" : Addresses(open, failOpen: true));
                    }
                    break;
            }
        }
        return answers;
    }

    /// <summary>The tree that is left for a client at a place: equal texts are equal decisions.</summary>
    public string Residual(SteeringNode node, PolicyModel policy, Place place)
    {
        switch (node)
        {
            case PoolNode pool:
                return pool.Pool;
            case PolicyNode reference:
                return Residual(model.Policies[reference.Policy].Root, model.Policies[reference.Policy], place);
            case FailoverNode failover:
                return InOrder(failover.Of.Select(child => Residual(child, policy, place)));
            case WeightedNode { Sticky: true } sticky:
                return $"k({policy.Name} " + string.Join(' ', sticky.Of.Select((child, i) => $"{NameOf(child.Node, i)}={Residual(child.Node, policy, place)}*{child.Weight}").Order()) + ")";
            case WeightedNode weighted:
                return "w(" + string.Join(' ', weighted.Of.Select(child => $"{Residual(child.Node, policy, place)}*{child.Weight}").Order()) + ")";
            case MultivalueNode multivalue:
                return "m(" + string.Join(' ', multivalue.Of.Select(child => Residual(child, policy, place)).Distinct().Order()) + ")";
            case GeoNode geo:
                bool strict = geo.Strict || policy.Strict;
                List<string> branches = [.. Branches(geo, strict, place).Select(branch => Residual(branch, policy, place))];
                string ordered = InOrder(branches);
                return strict ? ordered.StartsWith("only ", StringComparison.Ordinal) ? ordered : $"only <{ordered}>" : ordered;
            default:
                throw new InvalidOperationException();
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

    private static IEnumerable<SteeringNode> Branches(GeoNode geo, bool strict, Place place)
    {
        IEnumerable<SteeringNode> matched = geo.Places
            .Where(branch => branch.Place.Kind == PlaceKind.Country ? place.Country == branch.Place.Code : place.Continent == branch.Place.Code)
            .OrderBy(branch => branch.Place.Kind == PlaceKind.Country ? 0 : 1)
            .Select(branch => branch.Node);
        return strict
            ? matched.Concat(geo.Default is null ? [] : [geo.Default]).Take(1)
            : matched.Concat(geo.Default is null ? [] : [geo.Default]);
    }

    private HashSet<string> Evaluate(SteeringNode node, PolicyModel policy, Place place, bool failOpen) => node switch
    {
        PoolNode pool => [IsAvailable(pool.Pool, failOpen) ? pool.Pool : Unavailable],
        PolicyNode reference => Evaluate(model.Policies[reference.Policy].Root, model.Policies[reference.Policy], place, failOpen),
        FailoverNode failover => First([.. failover.Of], policy, place, failOpen),
        WeightedNode weighted => Draw([.. weighted.Of], policy, place, failOpen),
        MultivalueNode multivalue => All([.. multivalue.Of], policy, place, failOpen),
        GeoNode geo when geo.Strict || policy.Strict =>
            [.. First([.. Branches(geo, true, place)], policy, place, failOpen).Select(result => result == Unavailable ? Blocked : result)],
        GeoNode geo => First([.. Branches(geo, false, place)], policy, place, failOpen),
        _ => throw new InvalidOperationException(),
    };

    private HashSet<string> First(List<SteeringNode> children, PolicyModel policy, Place place, bool failOpen)
    {
        if (children.Count == 0)
        {
            return [Unavailable];
        }
        HashSet<string> results = Evaluate(children[0], policy, place, failOpen);
        if (results.Remove(Unavailable))
        {
            results.UnionWith(First(children[1..], policy, place, failOpen));
        }
        return results;
    }

    private HashSet<string> Draw(List<WeightedChild> children, PolicyModel policy, Place place, bool failOpen)
    {
        HashSet<string> results = [];
        List<WeightedChild> drawn = children.Exists(child => child.Weight > 0) ? children.FindAll(child => child.Weight > 0) : children;
        foreach (WeightedChild child in drawn)
        {
            foreach (string result in Evaluate(child.Node, policy, place, failOpen))
            {
                if (result != Unavailable)
                {
                    results.Add(result);
                }
                else
                {
                    results.UnionWith(Draw([.. children.Where(other => other != child)], policy, place, failOpen));
                }
            }
        }
        return children.Count == 0 ? [Unavailable] : results;
    }

    private HashSet<string> All(List<SteeringNode> children, PolicyModel policy, Place place, bool failOpen)
    {
        HashSet<string> unions = [Unavailable];
        foreach (SteeringNode child in children)
        {
            HashSet<string> next = [];
            foreach (string result in Evaluate(child, policy, place, failOpen))
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
