using System.Runtime.CompilerServices;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Steering;

/// <summary>One walk of a policy's program for one query. Lives on the stack; allocates nothing.</summary>
/// <typeparam name="TTrace">Hears the steps; <see cref="NoTrace"/> compiles to none.</typeparam>
internal ref partial struct PolicyEvaluation<TTrace>
    where TTrace : struct, IDecisionTrace
{
    /// <summary>Scaled weights are counted in parts of this many bits, so that the share of one member in 512 is not lost.</summary>
    private const int ScaleBits = 16;

    private readonly SteeringProgram _program;
    private readonly HealthTable _health;
    private readonly InputTable _inputs;
    private readonly AssignmentTable[] _assignments;
    private readonly CompiledPolicy _policy;
    private readonly RecordType _type;
    private readonly ulong _draw;
    private readonly ulong _nameHash;
    private readonly long _unixSeconds;
    private readonly ulong _networkHash;
    private readonly Span<int> _pools;
    private readonly ref TTrace _trace;
    private long _lastGoodSequence;

    /// <summary>Prepares a walk.</summary>
    /// <param name="state">The snapshot's policies, the present verdicts and what else nodes look at.</param>
    /// <param name="policy">Which policy decides.</param>
    /// <param name="type">The type to answer.</param>
    /// <param name="query">The query's draw, name and time.</param>
    /// <param name="networkHash">Hash of the client's network, for sticky nodes.</param>
    /// <param name="pools">Receives the pools found; <see cref="SteeringLimits.PoolsPerDecision"/> long.</param>
    /// <param name="trace">Hears the steps.</param>
    public PolicyEvaluation(
        DataPlaneState state,
        CompiledPolicy policy,
        RecordType type,
        in SteeringQuery query,
        ulong networkHash,
        Span<int> pools,
        ref TTrace trace)
    {
        _program = state.Snapshot.Steering;
        _health = state.Health;
        _inputs = state.Inputs;
        _assignments = state.Assignments;
        _policy = policy;
        _type = type;
        _draw = query.Draw;
        _nameHash = query.NameHash;
        _unixSeconds = query.UnixSeconds;
        _networkHash = networkHash;
        _pools = pools;
        _trace = ref trace;
        MultivalueNode = -1;
    }

    /// <summary>Which members counted in the end.</summary>
    public EvaluationMode Mode { get; private set; }

    /// <summary>Pools found.</summary>
    public int PoolCount { get; private set; }

    /// <summary>The multivalue node that gathers the pools found, or −1 when it is one pool's own answer.</summary>
    public int MultivalueNode { get; private set; }

    /// <summary>The shortest time in which a pool that was looked at could change; 0 when none is about to.</summary>
    public uint HorizonSeconds { get; private set; }

    /// <summary>Whether the tree has any pool for this client, available or not.</summary>
    public readonly bool HasSeenPool => _sawPool;

    private bool _isAwaited;
    private bool _sawPool;
    private bool _passedForFamily;
    private bool _isSettled;

    /// <summary>Decides for one class of clients.</summary>
    /// <param name="root">The root node of the class.</param>
    /// <param name="isWarmingUp">First verdicts are still awaited.</param>
    public SteeringStatus Decide(int root, bool isWarmingUp)
    {
        NodeOutcome outcome = Walk(root, EvaluationMode.Normal);
        if (isWarmingUp && _isAwaited)
        {
            return SteeringStatus.NotReady;
        }
        if (outcome == NodeOutcome.Found)
        {
            return SteeringStatus.Found;
        }
        if (_isSettled)
        {
            return SteeringStatus.NoData;
        }
        switch (_policy.Model.WhenAllDown)
        {
            case WhenAllDown.NoData:
                return SteeringStatus.NoData;
            case WhenAllDown.ServFail:
                return SteeringStatus.ServFail;
            case WhenAllDown.Pool when outcome != NodeOutcome.Blocked:
                Mode = EvaluationMode.FailOpen;
                return AddPool(_policy.FallbackPool, _health.Pools[_policy.FallbackPool].FailOpen) == NodeOutcome.Found
                    ? SteeringStatus.Fallback
                    : NothingLeft();
            case WhenAllDown.LastGood:
                _lastGoodSequence = LatestSequence(root);
                if (_lastGoodSequence > 0 && Walk(root, EvaluationMode.LastGood) == NodeOutcome.Found)
                {
                    return SteeringStatus.LastGood;
                }
                break;
        }
        return Walk(root, EvaluationMode.FailOpen) == NodeOutcome.Found ? SteeringStatus.FailOpen : NothingLeft();
    }

    // A name keeps its types whatever is down. Only when no pool was there to ask, or none has the family, is there no data.
    // Record sets with nothing for a client have no data for it, whatever sets there are for others (as Route 53 answers).
    private readonly SteeringStatus NothingLeft() =>
        _sawPool && !_passedForFamily && !_policy.Model.IsImplicit ? SteeringStatus.ServFail : SteeringStatus.NoData;

    private NodeOutcome Walk(int root, EvaluationMode mode)
    {
        Mode = mode;
        PoolCount = 0;
        MultivalueNode = -1;
        if (TTrace.IsEnabled)
        {
            _trace.OnMode(mode);
        }
        return Evaluate(root);
    }

    private NodeOutcome Evaluate(int index)
    {
        ref readonly ProgramNode node = ref _program.Nodes[index];
        if (TTrace.IsEnabled)
        {
            _trace.EnterNode(index);
        }
        NodeOutcome outcome = node.Kind switch
        {
            ProgramNodeKind.Pool => EvaluatePool(node.Pool),
            ProgramNodeKind.Failover or ProgramNodeKind.Geo or ProgramNodeKind.Network or ProgramNodeKind.Proximity
                or ProgramNodeKind.Latency => EvaluateInOrder(in node),
            ProgramNodeKind.StrictGeo or ProgramNodeKind.StrictNetwork =>
                EvaluateInOrder(in node) == NodeOutcome.Found ? NodeOutcome.Found : NodeOutcome.Blocked,
            ProgramNodeKind.Weighted => EvaluateWeighted(index, in node, 0, 0),
            ProgramNodeKind.Sticky => EvaluateRendezvous(index, in node, _networkHash, 0, 0),
            ProgramNodeKind.HashName => EvaluateRendezvous(index, in node, _nameHash, 0, 0),
            ProgramNodeKind.Assigned or ProgramNodeKind.AssignedSticky => EvaluateAssigned(index, in node),
            ProgramNodeKind.Multivalue => EvaluateMultivalue(index, in node),
            ProgramNodeKind.Cheapest => EvaluateCheapest(index, in node),
            ProgramNodeKind.Schedule => EvaluateSchedule(index, in node),
            ProgramNodeKind.Ramp => EvaluateRamp(index, in node),
            ProgramNodeKind.Shed => EvaluateShed(index, in node),
            ProgramNodeKind.Spill => EvaluateSpill(index, in node),
            ProgramNodeKind.Gated => EvaluateGated(in node),
            ProgramNodeKind.Committed => EvaluateCommitted(in node),
            _ => NodeOutcome.Unavailable,
        };
        if (TTrace.IsEnabled)
        {
            _trace.LeaveNode(index, outcome);
        }
        return outcome;
    }

    private NodeOutcome EvaluatePool(int pool)
    {
        PoolState state = _health.Pools[pool];
        _sawPool = true;
        _isAwaited |= state.IsAwaited;
        Expect(state.HorizonSeconds);
        bool counts = Mode switch
        {
            EvaluationMode.Normal => state.IsAvailable,
            EvaluationMode.LastGood => state.LastGoodSequence == _lastGoodSequence,
            _ => true,
        };
        NodeOutcome outcome = counts ? AddPool(pool, state.InMode(Mode)) : NodeOutcome.Unavailable;
        if (TTrace.IsEnabled)
        {
            _trace.OnPool(pool, Mode, outcome);
        }
        return outcome;
    }

    private NodeOutcome AddPool(int pool, AnswerSet answers)
    {
        if (answers.IsEmpty)
        {
            return NodeOutcome.Unavailable;
        }
        if (_policy.Model.FamilyFallthrough && !PoolState.HasAnswer(answers, _type))
        {
            _passedForFamily = true;
            return NodeOutcome.Unavailable;
        }
        // A pool that two branches of a multivalue node lead to is answered once.
        if (!_pools[..PoolCount].Contains(pool) && PoolCount < _pools.Length)
        {
            _pools[PoolCount++] = pool;
        }
        return NodeOutcome.Found;
    }

    /// <summary>The answer could be another in so many seconds; 0 when nothing is known to change.</summary>
    private void Expect(uint seconds)
    {
        if (seconds > 0)
        {
            HorizonSeconds = HorizonSeconds == 0 ? seconds : Math.Min(HorizonSeconds, seconds);
        }
    }

    private NodeOutcome EvaluateInOrder(in ProgramNode node)
    {
        for (int edge = node.FirstEdge; edge < node.FirstEdge + node.EdgeCount; edge++)
        {
            NodeOutcome outcome = Evaluate(_program.Edges[edge].Node);
            if (outcome != NodeOutcome.Unavailable)
            {
                return outcome;
            }
        }
        return NodeOutcome.Unavailable;
    }

    /// <summary>
    /// Draws a child by weight; one that turns out unavailable is set aside and the draw repeated among the rest, which
    /// is the distribution conditional on what is available. Children of weight 0 come last, each as likely as another.
    /// </summary>
    /// <param name="index">The node.</param>
    /// <param name="node">The same.</param>
    /// <param name="tried">Children that are set aside from the start.</param>
    /// <param name="round">How many those are.</param>
    private NodeOutcome EvaluateWeighted(int index, in ProgramNode node, UInt128 tried, int round)
    {
        for (; round < node.EdgeCount; round++)
        {
            ulong total = TotalWeight(in node, tried);
            ulong draw = DrawHash.Mix(_draw ^ node.Salt, (ulong)round);
            ulong at = Math.BigMul(draw, total == 0 ? (ulong)(node.EdgeCount - round) : total, out _);
            int chosen = EdgeAt(in node, tried, at, isEven: total == 0);
            if (TTrace.IsEnabled)
            {
                _trace.OnDraw(index, chosen, at, total);
            }
            NodeOutcome outcome = Evaluate(_program.Edges[node.FirstEdge + chosen].Node);
            if (outcome != NodeOutcome.Unavailable)
            {
                return outcome;
            }
            tried |= UInt128.One << chosen;
        }
        return NodeOutcome.Unavailable;
    }

    private readonly ulong TotalWeight(in ProgramNode node, UInt128 tried)
    {
        ulong total = 0;
        for (int i = 0; i < node.EdgeCount; i++)
        {
            total += (tried >> i & 1) == 0 ? WeightOf(in node, i) : 0;
        }
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ulong WeightOf(in ProgramNode node, int edge) =>
        node.ScalesByHealth ? ScaledWeight(node.FirstEdge + edge) : _program.Edges[node.FirstEdge + edge].Weight;

    /// <summary>The weight times the share of the pool's members that are available; whole where there is no pool to ask.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly ulong ScaledWeight(int index)
    {
        ref readonly ProgramEdge edge = ref _program.Edges[index];
        ulong weight = (ulong)edge.Weight << ScaleBits;
        ref readonly ProgramNode child = ref _program.Nodes[edge.Node];
        return child.Kind == ProgramNodeKind.Pool && Mode == EvaluationMode.Normal
            ? weight * (ulong)_health.Pools[child.Pool].AvailableCount / (ulong)_program.Pools[child.Pool].MemberCount
            : weight;
    }

    private readonly int EdgeAt(in ProgramNode node, UInt128 tried, ulong at, bool isEven)
    {
        int last = 0;
        for (int i = 0; i < node.EdgeCount; i++)
        {
            ulong weight = (tried >> i & 1) != 0 ? 0 : isEven ? 1 : WeightOf(in node, i);
            if (weight == 0)
            {
                continue;
            }
            if (at < weight)
            {
                return i;
            }
            at -= weight;
            last = i;
        }
        return last;
    }

    /// <summary>
    /// Weighted rendezvous hashing (Thaler and Ravishankar 1998; the logarithmic weighting of Schindelhauer and
    /// Schomaker 2005): each child has a score of its own for this client, so a child that comes or goes moves only its share.
    /// </summary>
    /// <param name="index">The node.</param>
    /// <param name="node">The same.</param>
    /// <param name="key">What is hashed.</param>
    /// <param name="tried">Children that are set aside from the start.</param>
    /// <param name="round">How many those are.</param>
    private NodeOutcome EvaluateRendezvous(int index, in ProgramNode node, ulong key, UInt128 tried, int round)
    {
        for (; round < node.EdgeCount; round++)
        {
            bool isEven = node.Kind == ProgramNodeKind.HashName || TotalWeight(in node, tried) == 0;
            int best = -1;
            double bestScore = double.PositiveInfinity;
            for (int i = 0; i < node.EdgeCount; i++)
            {
                ProgramEdge edge = _program.Edges[node.FirstEdge + i];
                ulong weight = isEven ? 0 : WeightOf(in node, i);
                if ((tried >> i & 1) != 0 || (!isEven && weight == 0))
                {
                    continue;
                }
                double fraction = DrawHash.Fraction(DrawHash.Mix(key ^ node.Salt, edge.Identity));
                // Among equals the logarithm changes no order, and is most of the cost.
                double score = isEven ? -fraction : -Math.Log(fraction) / weight;
                if (best < 0 || score < bestScore)
                {
                    best = i;
                    bestScore = score;
                }
            }
            if (TTrace.IsEnabled)
            {
                _trace.OnDraw(index, best, key, 0);
            }
            NodeOutcome outcome = Evaluate(_program.Edges[node.FirstEdge + best].Node);
            if (outcome != NodeOutcome.Unavailable)
            {
                return outcome;
            }
            tried |= UInt128.One << best;
        }
        return NodeOutcome.Unavailable;
    }

    private NodeOutcome EvaluateMultivalue(int index, in ProgramNode node)
    {
        int outer = MultivalueNode;
        // The outermost node says how many and how spread; the ones within it only contribute.
        MultivalueNode = outer >= 0 ? outer : index;
        NodeOutcome result = NodeOutcome.Unavailable;
        for (int edge = node.FirstEdge; edge < node.FirstEdge + node.EdgeCount; edge++)
        {
            NodeOutcome outcome = Evaluate(_program.Edges[edge].Node);
            if (outcome == NodeOutcome.Blocked)
            {
                return outcome;
            }
            result = outcome == NodeOutcome.Found ? outcome : result;
        }
        MultivalueNode = result == NodeOutcome.Found ? MultivalueNode : outer;
        return result;
    }

    /// <summary>The latest moment at which a pool below a node stopped being available: those pools were answered last.</summary>
    private readonly long LatestSequence(int index)
    {
        ref readonly ProgramNode node = ref _program.Nodes[index];
        long latest = node.Kind == ProgramNodeKind.Pool ? _health.Pools[node.Pool].LastGoodSequence : 0;
        for (int edge = node.FirstEdge; edge < node.FirstEdge + node.EdgeCount; edge++)
        {
            latest = Math.Max(latest, LatestSequence(_program.Edges[edge].Node));
        }
        return latest;
    }
}
