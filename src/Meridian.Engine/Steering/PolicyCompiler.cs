using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Steering;

/// <summary>
/// Compiles policies by specialisation: for every cell of the client address space (a place of the database, cut further by
/// the networks that the policy names) the tree is walked once, and every node that looks at the client is replaced by the
/// branches that match there, in order. Cells whose trees come out equal are one class, so one look-up in one map decides
/// all such nodes of a policy at once, and the map's scope is exact for the whole tree.
/// </summary>
internal sealed class PolicyCompiler
{
    private readonly MeridianModel _model;
    private readonly PlaceDatabase _places;
    private readonly GeoMapCache _maps;
    private readonly ProgramBuilder _program = new();
    private readonly NodeTablesBuilder _tables = new();
    private readonly Dictionary<string, int> _poolIndex = new(StringComparer.Ordinal);
    private readonly ClientRanking _ranking;
    private readonly TreeSpecialiser _trees;
    private readonly ImmutableArray<ModelProblem>.Builder _problems = ImmutableArray.CreateBuilder<ModelProblem>();

    private PolicyCompiler(MeridianModel model, PlaceDatabase places, GeoMapCache maps)
    {
        _model = model;
        _places = places;
        _maps = maps;
        _ranking = new ClientRanking(model);
        _trees = new TreeSpecialiser(model, _ranking, _poolIndex, _program, _tables);
    }

    /// <summary>Compiles all policies and pools of a model whose references resolve and whose policies have no cycle.</summary>
    /// <param name="model">The model.</param>
    /// <param name="places">Where clients are.</param>
    /// <param name="maps">Partitions and maps, shared where they are equal.</param>
    /// <param name="problems">Policies that tell too many classes of clients apart.</param>
    public static SteeringProgram Compile(
        MeridianModel model, PlaceDatabase places, GeoMapCache maps, out ImmutableArray<ModelProblem> problems)
    {
        PolicyCompiler compiler = new(model, places, maps);
        SteeringProgram program = compiler.Compile();
        problems = compiler._problems.ToImmutable();
        return program;
    }

    private SteeringProgram Compile()
    {
        CompiledPool[] pools = CompilePools();
        CompiledPolicy[] policies = [.. _model.Policies.Values.Select(CompilePolicy)];
        return new SteeringProgram
        {
            Nodes = [.. _program.Nodes],
            Edges = [.. _program.Edges],
            Labels = [.. _program.Labels],
            Sources = [.. _program.Sources],
            Ranking = _ranking,
            Tables = _tables.Build(),
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
                Values = pool.Data is { } data ? CompiledValues.Encode(data) : null,
                Sites = [.. pool.Members.Select(member => (member.Site ?? pool.Site) is { } site ? siteIndex[site] : -1)],
            });
            firstMember += pool.Members.Length;
        }
        return [.. pools];
    }

    private CompiledPolicy CompilePolicy(PolicyModel policy)
    {
        ClientQuestions questions = ClientQuestions.Collect(_model, policy);
        ClientPartition? partition = questions.IsEmpty ? null : _maps.GetPartition(questions);
        int[] rootOfCell = partition is null
            ? [_trees.Specialise(policy, ClientCell.Unknown)]
            : SpecialiseCells(policy, questions, partition);
        (ushort[] classOfCell, int[] rootOfClass) = NumberClasses(policy, rootOfCell);
        return new CompiledPolicy
        {
            Model = policy,
            Map = partition is not null && rootOfClass.Length > 1 ? _maps.GetOrCompile(partition, classOfCell) : null,
            Partition = partition,
            RootOfClass = rootOfClass,
            RootOfCell = rootOfCell,
            FallbackPool = policy.FallbackPool is { } pool ? _poolIndex[pool] : -1,
            IsStickyClass = [.. rootOfClass.Select(_program.ReachesSticky)],
        };
    }

    private int[] SpecialiseCells(PolicyModel policy, ClientQuestions questions, ClientPartition partition)
    {
        // Cells that answer all questions of the tree alike get the same tree: it is walked once for each set of answers.
        Dictionary<string, int> rootOfAnswers = new(StringComparer.Ordinal);
        int[] rootOfCell = new int[partition.CellCount];
        for (int cell = 0; cell < rootOfCell.Length; cell++)
        {
            ClientCell clients = partition[cell];
            ref int root = ref CollectionsMarshal.GetValueRefOrAddDefault(rootOfAnswers, questions.Answer(clients, _ranking), out bool known);
            if (!known)
            {
                root = _trees.Specialise(policy, clients);
            }
            rootOfCell[cell] = root;
        }
        return rootOfCell;
    }

    private (ushort[] ClassOfCell, int[] RootOfClass) NumberClasses(PolicyModel policy, int[] rootOfCell)
    {
        // In order of first appearance, so that policies with the same partition get the same numbers and share a map.
        Dictionary<int, ushort> classOfMeaning = [];
        List<int> rootOfClass = [];
        ushort[] classOfCell = new ushort[rootOfCell.Length];
        for (int cell = 0; cell < rootOfCell.Length; cell++)
        {
            int meaning = _program.MeaningOf(rootOfCell[cell]);
            if (!classOfMeaning.TryGetValue(meaning, out ushort found))
            {
                if (rootOfClass.Count == SteeringLimits.ClassesPerPolicy)
                {
                    _problems.Add(new(
                        policy.Path,
                        $"tells more than {SteeringLimits.ClassesPerPolicy} classes of clients apart; rank fewer sites in one node, or nest them by continent."));
                    break;
                }
                found = (ushort)rootOfClass.Count;
                classOfMeaning.Add(meaning, found);
                rootOfClass.Add(rootOfCell[cell]);
            }
            classOfCell[cell] = found;
        }
        return (classOfCell, [.. rootOfClass]);
    }
}
