using Meridian.Dns.Records;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>
/// Hears every step of an answer while it is made. Answering is generic over it: with <see cref="NoTrace"/> the calls are
/// not there at all after compilation, with an explaining trace the very same code tells what it does.
/// </summary>
internal interface IDecisionTrace
{
    /// <summary>A constant: where it is false, nothing is called.</summary>
    static abstract bool IsEnabled { get; }

    /// <summary>A change is staged; it was chosen which of the two snapshots answers.</summary>
    void OnStage(DataPlaneState chosen, bool isCandidate);

    /// <summary>Zones have views; it was looked up which one the client is in by its source address, null for none.</summary>
    void OnView(ClientAddress source, string? view);

    /// <summary>A name was looked up in a zone.</summary>
    void OnLookup(CompiledZone zone, ReadOnlySpan<byte> name, LookupOutcome outcome, int node);

    /// <summary>A static RRset is rotated.</summary>
    void OnRotation(RecordType type, uint counter, int recordCount);

    /// <summary>An alias is answered with what is known of its target; null for nothing yet.</summary>
    void OnAlias(SteeredRRset alias, ResolvedAnswer? known, uint ttlSeconds);

    /// <summary>A policy begins to decide.</summary>
    void OnPolicy(CompiledPolicy policy, RecordType type, in ClientNetwork network, int classNumber, int scopePrefixLength);

    /// <summary>The tree is evaluated, or evaluated again, with these members counting.</summary>
    void OnMode(EvaluationMode mode);

    void EnterNode(int node);

    void LeaveNode(int node, NodeOutcome outcome);

    /// <summary>A weighted node drew a child.</summary>
    void OnDraw(int node, int edge, ulong draw, ulong total);

    /// <summary>A node chose a child by something else than a weighted draw.</summary>
    /// <param name="node">A node of kind assigned, cheapest, schedule, ramp, shed or spill.</param>
    /// <param name="edge">The child's position among the node's edges.</param>
    /// <param name="facts">What decided.</param>
    void OnChoice(int node, int edge, in ChoiceFacts facts);

    /// <summary>A pool was asked whether it is available.</summary>
    void OnPool(int pool, EvaluationMode mode, NodeOutcome outcome);

    /// <summary>The members that go into the answer, by their slots.</summary>
    void OnMembers(RecordType type, ReadOnlySpan<int> members);

    void OnTtl(uint configuredSeconds, uint horizonSeconds, uint finalSeconds);

    /// <summary>How the policy ended.</summary>
    void OnDecided(SteeringStatus status);
}

/// <summary>No trace: costs nothing.</summary>
internal struct NoTrace : IDecisionTrace
{
    public static bool IsEnabled => false;

    public readonly void OnStage(DataPlaneState chosen, bool isCandidate)
    {
    }

    public readonly void OnView(ClientAddress source, string? view)
    {
    }

    public readonly void OnLookup(CompiledZone zone, ReadOnlySpan<byte> name, LookupOutcome outcome, int node)
    {
    }

    public readonly void OnRotation(RecordType type, uint counter, int recordCount)
    {
    }

    public readonly void OnAlias(SteeredRRset alias, ResolvedAnswer? known, uint ttlSeconds)
    {
    }

    public readonly void OnPolicy(CompiledPolicy policy, RecordType type, in ClientNetwork network, int classNumber, int scopePrefixLength)
    {
    }

    public readonly void OnMode(EvaluationMode mode)
    {
    }

    public readonly void EnterNode(int node)
    {
    }

    public readonly void LeaveNode(int node, NodeOutcome outcome)
    {
    }

    public readonly void OnDraw(int node, int edge, ulong draw, ulong total)
    {
    }

    public readonly void OnChoice(int node, int edge, in ChoiceFacts facts)
    {
    }

    public readonly void OnPool(int pool, EvaluationMode mode, NodeOutcome outcome)
    {
    }

    public readonly void OnMembers(RecordType type, ReadOnlySpan<int> members)
    {
    }

    public readonly void OnTtl(uint configuredSeconds, uint horizonSeconds, uint finalSeconds)
    {
    }

    public readonly void OnDecided(SteeringStatus status)
    {
    }
}
