using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Explaining;

/// <summary>The trace that <c>explain</c> answers with: a thin struct, so that answering is compiled for it separately.</summary>
internal struct ExplainingTrace(DecisionRecorder recorder) : IDecisionTrace
{
    public static bool IsEnabled => true;

    public readonly DecisionRecorder Recorder => recorder;

    public readonly void OnStage(DataPlaneState chosen, bool isCandidate) => recorder.OnStage(chosen, isCandidate);

    public readonly void OnView(ClientAddress source, string? view) => recorder.OnView(source, view);

    public readonly void OnLookup(CompiledZone zone, ReadOnlySpan<byte> name, LookupOutcome outcome, int node) =>
        recorder.OnLookup(zone, name, outcome, node);

    public readonly void OnRotation(RecordType type, uint counter, int recordCount) =>
        recorder.OnRotation(type, counter, recordCount);

    public readonly void OnAlias(SteeredRRset alias, ResolvedAnswer? known, uint ttlSeconds) => recorder.OnAlias(alias, known, ttlSeconds);

    public readonly void OnPolicy(CompiledPolicy policy, RecordType type, in ClientNetwork network, int classNumber, int scopePrefixLength) =>
        recorder.OnPolicy(policy, type, in network, scopePrefixLength);

    public readonly void OnMode(EvaluationMode mode) => recorder.OnMode(mode);

    public readonly void EnterNode(int node) => recorder.EnterNode(node);

    public readonly void LeaveNode(int node, NodeOutcome outcome) => recorder.LeaveNode(node, outcome);

    public readonly void OnDraw(int node, int edge, ulong draw, ulong total) => recorder.OnDraw(node, edge, draw, total);

    public readonly void OnChoice(int node, int edge, in ChoiceFacts facts) => recorder.OnChoice(node, edge, in facts);

    public readonly void OnPool(int pool, EvaluationMode mode, NodeOutcome outcome) => recorder.OnPool(pool, mode, outcome);

    public readonly void OnMembers(RecordType type, ReadOnlySpan<int> members) => recorder.OnMembers(type, members);

    public readonly void OnTtl(uint configuredSeconds, uint horizonSeconds, uint finalSeconds) =>
        recorder.OnTtl(configuredSeconds, horizonSeconds, finalSeconds);

    public readonly void OnDecided(SteeringStatus status) => recorder.OnDecided(status);
}
