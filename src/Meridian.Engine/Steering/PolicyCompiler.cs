using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>
/// Compiles policies by specialisation: for every place that the database tells apart the tree is walked once and each geo
/// node replaced by the branches that match there. Places whose trees come out equal are one class, so one look-up in
/// one map decides all geo nodes of a policy at once, and the map's scope is exact for the whole tree.
/// </summary>
internal sealed class PolicyCompiler
{
    private readonly MeridianModel _model;
    private readonly PlaceDatabase _places;
    private readonly GeoMapCache _maps;
    private readonly ProgramBuilder _program = new();
    private readonly Dictionary<string, int> _poolIndex = new(StringComparer.Ordinal);

    private PolicyCompiler(MeridianModel model, PlaceDatabase places, GeoMapCache maps)
    {
        _model = model;
        _places = places;
        _maps = maps;
    }

    /// <summary>Compiles all policies and pools of a model whose references resolve and whose policies have no cycle.</summary>
    public static SteeringProgram Compile(MeridianModel model, PlaceDatabase places, GeoMapCache maps) =>
        new PolicyCompiler(model, places, maps).Compile();

    private SteeringProgram Compile()
    {
        CompiledPool[] pools = CompilePools();
        CompiledPolicy[] policies = [.. _model.Policies.Values.Select(CompilePolicy)];
        return new SteeringProgram
        {
            Nodes = [.. _program.Nodes],
            Edges = [.. _program.Edges],
            Labels = [.. _program.Labels],
            Pools = pools,
            PoolOfMember = [.. pools.SelectMany((pool, i) => Enumerable.Repeat(i, pool.MemberCount))],
            Weights = [.. pools.SelectMany(pool => pool.Model.Members).Select(member => member.Weight)],
            Addresses = [.. pools.SelectMany(pool => pool.Model.Members).Select(
                member => member.Address is { } address ? ClientAddress.FromIPAddress(address) : default)],
            Policies = policies,
        };
    }

    private CompiledPool[] CompilePools()
    {
        Dictionary<string, int> siteIndex = new(StringComparer.Ordinal);
        foreach (string site in _model.Sites.Keys)
        {
            siteIndex.Add(site, siteIndex.Count);
        }
        List<CompiledPool> pools = [];
        int firstMember = 0;
        foreach (PoolModel pool in _model.Pools.Values)
        {
            _poolIndex.Add(pool.Name, pools.Count);
            pools.Add(new CompiledPool
            {
                Model = pool,
                FirstMember = firstMember,
                Sites = [.. pool.Members.Select(member => (member.Site ?? pool.Site) is { } site ? siteIndex[site] : -1)],
            });
            firstMember += pool.Members.Length;
        }
        return [.. pools];
    }

    private CompiledPolicy CompilePolicy(PolicyModel policy)
    {
        Expansion expansion = new(policy);
        int[] rootOfPlace = new int[_places.Places.Length];
        bool looksAtPlace = LooksAtPlace(policy.Root, 0);
        if (looksAtPlace)
        {
            // Places with the same codes match the same keys: the tree is walked once for each distinct set of codes.
            Dictionary<string, int> rootOfCodes = new(StringComparer.Ordinal);
            for (int place = 0; place < rootOfPlace.Length; place++)
            {
                ref int root = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    rootOfCodes, PlaceMatch.CodesOf(_places.Places[place]), out bool known);
                if (!known)
                {
                    root = Specialise(policy.Root, expansion, _places.Places[place], policy.Name);
                }
                rootOfPlace[place] = root;
            }
        }
        else
        {
            rootOfPlace = [Specialise(policy.Root, expansion, Place.Unknown, policy.Name)];
        }
        (ushort[] classOfPlace, int[] rootOfClass) = NumberClasses(rootOfPlace);
        return new CompiledPolicy
        {
            Model = policy,
            Map = rootOfClass.Length > 1 ? _maps.GetOrCompile(_places, classOfPlace) : null,
            RootOfClass = rootOfClass,
            RootOfPlace = rootOfPlace,
            FallbackPool = policy.FallbackPool is { } pool ? _poolIndex[pool] : -1,
            IsStickyClass = [.. rootOfClass.Select(_program.ReachesSticky)],
        };
    }

    private (ushort[] ClassOfPlace, int[] RootOfClass) NumberClasses(int[] rootOfPlace)
    {
        // In order of first appearance, so that policies with the same partition get the same numbers and share a map.
        Dictionary<int, ushort> classOfMeaning = [];
        List<int> rootOfClass = [];
        ushort[] classOfPlace = new ushort[rootOfPlace.Length];
        for (int place = 0; place < rootOfPlace.Length; place++)
        {
            int meaning = _program.MeaningOf(rootOfPlace[place]);
            if (!classOfMeaning.TryGetValue(meaning, out ushort found))
            {
                found = checked((ushort)rootOfClass.Count);
                classOfMeaning.Add(meaning, found);
                rootOfClass.Add(rootOfPlace[place]);
            }
            classOfPlace[place] = found;
        }
        return (classOfPlace, [.. rootOfClass]);
    }

    private bool LooksAtPlace(SteeringNode node, int depth) => depth < SteeringLimits.Depth && node switch
    {
        GeoNode => true,
        PolicyNode policy => LooksAtPlace(_model.Policies[policy.Policy].Root, depth + 1),
        FailoverNode failover => failover.Of.Any(child => LooksAtPlace(child, depth + 1)),
        WeightedNode weighted => weighted.Of.Any(child => LooksAtPlace(child.Node, depth + 1)),
        MultivalueNode multivalue => multivalue.Of.Any(child => LooksAtPlace(child, depth + 1)),
        _ => false,
    };

    private int Specialise(SteeringNode node, Expansion expansion, Place place, string path)
    {
        if (expansion.Depth > SteeringLimits.Depth)
        {
            throw new InvalidOperationException($"Policy {path} is nested deeper than {SteeringLimits.Depth} nodes.");
        }
        switch (node)
        {
            case PoolNode pool:
                return _program.AddPool(_poolIndex[pool.Pool], pool.Pool);
            case PolicyNode reference:
                PolicyModel policy = _model.Policies[reference.Policy];
                return Specialise(policy.Root, expansion.Into(policy), place, policy.Name);
            case FailoverNode failover:
                return _program.AddNode(ProgramNodeKind.Failover, expansion.Policy.Name, $"{path}/failover",
                    failover.Of.Select((child, i) => EdgeTo(child, 1, path, i)));
            case WeightedNode weighted:
                return _program.AddNode(
                    weighted.Sticky ? ProgramNodeKind.Sticky : ProgramNodeKind.Weighted, expansion.Policy.Name, $"{path}/weighted",
                    weighted.Of.Select((child, i) => EdgeTo(child.Node, (uint)child.Weight, path, i)));
            case MultivalueNode multivalue:
                return _program.AddNode(ProgramNodeKind.Multivalue, expansion.Policy.Name, $"{path}/multivalue",
                    multivalue.Of.Select((child, i) => EdgeTo(child, 1, path, i)), multivalue.Max, multivalue.SpreadSites);
            case GeoNode geo:
                return SpecialiseGeo(geo, expansion, place, path);
            default:
                throw new InvalidOperationException($"Policy {path} has a node of an unknown kind, {node.GetType().Name}.");
        }

        ProgramBuilder.EdgeSpec EdgeTo(SteeringNode child, uint weight, string parent, int index) => new(
            Specialise(child, expansion.Deeper(), place, string.Create(CultureInfo.InvariantCulture, $"{parent}/{NameOf(child) ?? index.ToString(CultureInfo.InvariantCulture)}")),
            weight,
            NameOf(child) ?? string.Create(CultureInfo.InvariantCulture, $"#{index + 1}"));
    }

    private int SpecialiseGeo(GeoNode geo, Expansion expansion, Place place, string path)
    {
        bool strict = geo.Strict || expansion.Policy.Strict;
        List<ProgramBuilder.EdgeSpec> edges = [];
        foreach (GeoBranch branch in geo.Places.Where(branch => PlaceMatch.Matches(branch.Place, place))
            .OrderByDescending(branch => PlaceMatch.Specificity(branch.Place, place)))
        {
            string key = branch.Place.ToString();
            edges.Add(new(Specialise(branch.Node, expansion.Deeper(), place, $"{path}/{key}"), 1, key));
            if (strict)
            {
                // Data residency: what the most specific match says is all there is.
                return _program.AddNode(ProgramNodeKind.StrictGeo, expansion.Policy.Name, $"{path}/geo", edges);
            }
        }
        if (geo.Default is not null)
        {
            edges.Add(new(Specialise(geo.Default, expansion.Deeper(), place, $"{path}/default"), 1, "default"));
        }
        // A client in none of a strict node's places is bound to its default, or to nothing.
        return _program.AddNode(strict ? ProgramNodeKind.StrictGeo : ProgramNodeKind.Geo, expansion.Policy.Name, $"{path}/geo", edges);
    }

    private static string? NameOf(SteeringNode node) => node switch
    {
        PoolNode pool => pool.Pool,
        PolicyNode policy => policy.Policy,
        _ => null,
    };

    /// <summary>How deep the walk is, and in whose tree: strictness belongs to the policy that states it.</summary>
    private readonly record struct Expansion(PolicyModel Policy, int Depth)
    {
        public Expansion(PolicyModel policy)
            : this(policy, 0)
        {
        }

        public Expansion Deeper() => this with { Depth = Depth + 1 };

        public Expansion Into(PolicyModel policy) => new(policy, Depth + 1);
    }
}
