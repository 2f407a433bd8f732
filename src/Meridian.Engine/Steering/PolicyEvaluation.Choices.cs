using System.Diagnostics;
using Meridian.Engine.Assigning;

namespace Meridian.Engine.Steering;

// The kinds that look at time, load, cost, and who was seen to ask how much.
internal ref partial struct PolicyEvaluation<TTrace>
{
    /// <summary>How far ahead a switch of a schedule lowers the TTL: steered TTLs longer than an hour are no failover anyway.</summary>
    private const uint ScheduleHorizonSeconds = 3600;

    private const ulong ShareSalt = 0x1D8E4E27C47D124F;

    /// <summary>The open windows in order of precedence, then the default.</summary>
    private NodeOutcome EvaluateSchedule(int index, in ProgramNode node)
    {
        CompiledSchedule schedule = _program.Tables.Schedules[node.Table];
        long local = schedule.LocalSeconds(_unixSeconds);
        Expect(schedule.SecondsToSwitch(_unixSeconds, ScheduleHorizonSeconds));
        for (int i = 0; i < node.EdgeCount; i++)
        {
            ProgramEdge edge = _program.Edges[node.FirstEdge + i];
            if (edge.Child < schedule.WindowCount && !schedule.IsOpen(edge.Child, local))
            {
                continue;
            }
            if (TTrace.IsEnabled)
            {
                _trace.OnChoice(index, i, new ChoiceFacts(0, 0, 0, _unixSeconds));
            }
            NodeOutcome outcome = Evaluate(edge.Node);
            if (outcome != NodeOutcome.Unavailable)
            {
                return outcome;
            }
        }
        return NodeOutcome.Unavailable;
    }

    private NodeOutcome EvaluateRamp(int index, in ProgramNode node)
    {
        CompiledRamp ramp = _program.Tables.Ramps[node.Table];
        GuardState guard = ramp.Guard < 0 ? GuardState.Always : _inputs.Guards[ramp.Guard];
        double share = ramp.ShareAt(_unixSeconds, guard, out int step);
        return EvaluateShare(index, in node, share, step);
    }

    private NodeOutcome EvaluateShed(int index, in ProgramNode node)
    {
        CompiledShed shed = _program.Tables.Sheds[node.Table];
        return EvaluateShare(index, in node, shed.ShareAt(_inputs.Loads[shed.LoadKey]), 0);
    }

    /// <summary>
    /// Moves a share from the first child to the second. A draw below the share moves, so that who moved stays moved while
    /// the share grows; whichever child is unavailable leaves everything to the other.
    /// </summary>
    private NodeOutcome EvaluateShare(int index, in ProgramNode node, double share, int step)
    {
        Debug.Assert(node.EdgeCount == 2, "A share is moved from one child to one other.");
        ulong key = node.LooksAtNetwork ? _networkHash : _draw;
        double drawn = DrawHash.Fraction(DrawHash.Mix(key ^ node.Salt, ShareSalt));
        int first = drawn <= share ? 1 : 0;
        for (int round = 0; round < 2; round++)
        {
            int chosen = round == 0 ? first : 1 - first;
            if (TTrace.IsEnabled)
            {
                _trace.OnChoice(index, chosen, new ChoiceFacts(share, drawn, step, _unixSeconds));
            }
            NodeOutcome outcome = Evaluate(_program.Edges[node.FirstEdge + chosen].Node);
            if (outcome != NodeOutcome.Unavailable)
            {
                return outcome;
            }
        }
        return NodeOutcome.Unavailable;
    }

    /// <summary>
    /// A draw among the shares that were poured for the pool nearest to this client. A pool that has nothing for this query
    /// after all is set aside; when no share is left the nearest of the rest is taken.
    /// </summary>
    private NodeOutcome EvaluateSpill(int index, in ProgramNode node)
    {
        if (Mode != EvaluationMode.Normal)
        {
            // Shares are for what is available; without it nearness is all there is to go by.
            return EvaluateInOrder(in node);
        }
        int nearest = _program.Edges[node.FirstEdge].Child;
        ReadOnlySpan<uint> shares = _inputs.Spills[node.Table].Of(nearest);
        UInt128 tried = 0;
        for (int round = 0; round < node.EdgeCount; round++)
        {
            ulong total = 0;
            for (int i = 0; i < node.EdgeCount; i++)
            {
                total += (tried >> i & 1) == 0 ? shares[_program.Edges[node.FirstEdge + i].Child] : 0;
            }
            ulong draw = DrawHash.Mix(_draw ^ node.Salt, (ulong)round);
            int chosen = ShareAt(in node, shares, tried, Math.BigMul(draw, total, out _));
            uint share = shares[_program.Edges[node.FirstEdge + chosen].Child];
            if (TTrace.IsEnabled)
            {
                _trace.OnChoice(index, chosen, new ChoiceFacts(total == 0 ? 0 : (double)share / total, DrawHash.Fraction(draw), nearest, _unixSeconds));
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

    private readonly int ShareAt(in ProgramNode node, ReadOnlySpan<uint> shares, UInt128 tried, ulong at)
    {
        int nearestLeft = -1;
        for (int i = 0; i < node.EdgeCount; i++)
        {
            if ((tried >> i & 1) != 0)
            {
                continue;
            }
            nearestLeft = nearestLeft < 0 ? i : nearestLeft;
            uint share = shares[_program.Edges[node.FirstEdge + i].Child];
            if (at < share)
            {
                return i;
            }
            at -= share;
        }
        return nearestLeft;
    }

    /// <summary>
    /// Finds the best available child, and then takes the cheapest available one of those within the bound of it: children
    /// whose commit is not used up cost nothing, and of equal ones the fastest is taken.
    /// </summary>
    private NodeOutcome EvaluateCheapest(int index, in ProgramNode node)
    {
        int pools = PoolCount;
        int multivalue = MultivalueNode;
        NodeOutcome outcome = FindBest(in node, out int best, out UInt128 tried);
        for (int round = 0; outcome == NodeOutcome.Found && round < node.EdgeCount; round++)
        {
            int chosen = CheapestWithin(in node, best, tried, out double cost);
            if (TTrace.IsEnabled)
            {
                _trace.OnChoice(index, chosen, new ChoiceFacts(cost, 0, best, _unixSeconds));
            }
            if (round == 0 && chosen == best)
            {
                return NodeOutcome.Found;
            }
            // What was found for the best child is put back: it only told that there is one.
            PoolCount = pools;
            MultivalueNode = multivalue;
            NodeOutcome taken = Evaluate(_program.Edges[node.FirstEdge + chosen].Node);
            if (taken != NodeOutcome.Unavailable)
            {
                return taken;
            }
            tried |= UInt128.One << chosen;
        }
        return outcome;
    }

    private NodeOutcome FindBest(in ProgramNode node, out int best, out UInt128 unavailable)
    {
        unavailable = 0;
        for (best = 0; best < node.EdgeCount; best++)
        {
            NodeOutcome outcome = Evaluate(_program.Edges[node.FirstEdge + best].Node);
            if (outcome != NodeOutcome.Unavailable)
            {
                return outcome;
            }
            unavailable |= UInt128.One << best;
        }
        return NodeOutcome.Unavailable;
    }

    private readonly int CheapestWithin(in ProgramNode node, int best, UInt128 tried, out double cost)
    {
        CompiledCheapest prices = _program.Tables.Cheapest[node.Table];
        uint reach = prices.IsOverBudget(_inputs.Loads) ? (uint)node.EdgeCount : _program.Edges[node.FirstEdge + best].Weight;
        int chosen = best;
        cost = double.PositiveInfinity;
        for (int i = best; i < node.EdgeCount; i++)
        {
            ProgramEdge edge = _program.Edges[node.FirstEdge + i];
            bool isWithin = i - best < reach || edge.Weight == ProgramEdge.AlwaysWithin;
            double price = prices.CostOf(edge.Child, _inputs.Loads);
            if ((tried >> i & 1) == 0 && isWithin && price < cost)
            {
                chosen = i;
                cost = price;
            }
        }
        return chosen;
    }

    /// <summary>
    /// The child that the client's network is assigned to. When that has nothing, and for networks that are not assigned, the
    /// weights decide among the others: nobody waits for the next assignment.
    /// </summary>
    private NodeOutcome EvaluateAssigned(int index, in ProgramNode node)
    {
        UInt128 tried = 0;
        int count = 0;
        if (_assignments[node.Table].TryFind(_networkHash, out AssignedNetwork assigned))
        {
            // Where health does not count, nobody is put up elsewhere.
            int edge = Mode == EvaluationMode.Normal ? assigned.Present : assigned.Home;
            Debug.Assert(_program.Edges[node.FirstEdge + edge].Child == edge, "The edges are in the order of the configuration.");
            if (TTrace.IsEnabled)
            {
                _trace.OnChoice(index, edge, new ChoiceFacts(assigned.Share, 0, assigned.Home, _unixSeconds));
            }
            NodeOutcome outcome = Evaluate(_program.Edges[node.FirstEdge + edge].Node);
            if (outcome != NodeOutcome.Unavailable)
            {
                return outcome;
            }
            tried = UInt128.One << edge;
            count = 1;
        }
        return node.Kind == ProgramNodeKind.AssignedSticky
            ? EvaluateRendezvous(index, in node, _networkHash, tried, count)
            : EvaluateWeighted(index, in node, tried, count);
    }

    /// <summary>The child while the monitor lets it; failing open, and below a set that is committed to, whatever it says.</summary>
    private NodeOutcome EvaluateGated(in ProgramNode node)
    {
        CompiledGate gate = _program.Tables.Gates[node.Table];
        bool isOpen = Mode != EvaluationMode.Normal || gate.IsOpen(_health.Members[_program.Pools[gate.Pool].FirstMember]);
        _sawPool = true;
        if (TTrace.IsEnabled)
        {
            _trace.OnPool(gate.Pool, Mode, isOpen ? NodeOutcome.Found : NodeOutcome.Unavailable);
        }
        return isOpen ? Evaluate(_program.Edges[node.FirstEdge].Node) : NodeOutcome.Unavailable;
    }

    /// <summary>
    /// The child as it would answer by itself, failing open by itself too. Where it has nothing for this client, nothing else
    /// answers instead: it was chosen.
    /// </summary>
    private NodeOutcome EvaluateCommitted(in ProgramNode node)
    {
        int child = _program.Edges[node.FirstEdge].Node;
        // Whatever led here: below, health counts again. The mode stays as it is then: what is found is answered by it, and when
        // nothing is, nothing else is asked.
        Mode = EvaluationMode.Normal;
        if (Evaluate(child) == NodeOutcome.Found)
        {
            return NodeOutcome.Found;
        }
        if (_isSettled)
        {
            return NodeOutcome.Blocked;
        }
        Mode = EvaluationMode.FailOpen;
        if (Evaluate(child) == NodeOutcome.Found)
        {
            return NodeOutcome.Found;
        }
        _isSettled = true;
        return NodeOutcome.Blocked;
    }
}
