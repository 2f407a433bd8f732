using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>
/// Answers a question from the zones that its client sees, and goes on from alias to alias (RFC 1034 §4.3.2). One per thread: it
/// owns that thread's scratch memory.
/// </summary>
/// <param name="chainLength">How many names one answer may go through.</param>
internal sealed class ChainAnswerer(int chainLength)
{
    private readonly AnswerScratch _scratch = new();

    /// <summary>Where it counts the views of who asks; null counts nothing.</summary>
    public ViewQueryCounter? Views { get; set; }

    /// <summary>Answers.</summary>
    /// <param name="view">A query with one question.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="state">What answers.</param>
    /// <param name="rotation">The thread's rotation counters, as many as the snapshot has.</param>
    /// <param name="frame">The response around the records.</param>
    /// <param name="response">Receives the answer.</param>
    /// <param name="trace">Hears the steps.</param>
    public AnswerResult Answer<TTrace>(
        in QueryView view,
        in ClientInfo client,
        DataPlaneState state,
        uint[] rotation,
        ref ResponseFrame frame,
        Span<byte> response,
        ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        ReadOnlySpan<byte> name = _scratch.Name.AsSpan(0, view.QNameLength);
        WireNames.ToLower(view.QName, _scratch.Name);
        ulong questionHash = NameHash.Compute(name);
        if (view.Edns.IsExtendedErrorRequested || view.QType == RecordType.TXT)
        {
            TellDecision(in view, in client, state, ref frame);
        }
        ZoneIndex zones = state.Snapshot.Zones;
        // Once per question: a chain does not lead out of what the client sees.
        ZoneTable? own = zones.OwnOf(client.Address, Views);
        if (TTrace.IsEnabled && zones.HasViews)
        {
            trace.OnView(client.Address, zones.ViewMap.NameOf(client.Address));
        }
        AnswerWalk walk = new(state, _scratch, rotation, view.QType, QueryOf(in view, in client, state.Snapshot, questionHash));
        ResponseWriter writer = new(response, frame.QuestionEnd, frame.RecordLimit);
        NameOffsets offsets = new(ResponseWriter.QNameOffset, 0);
        CompiledZone? previousZone = null;
        _scratch.Chain[0] = questionHash;
        for (int link = 0; ; link++)
        {
            ReadOnlySpan<byte> labels = _scratch.LabelOffsets.AsSpan(0, WireNames.LabelOffsets(name, _scratch.LabelOffsets));
            int zoneIndex = zones.FindZone(own, name, labels, view.QType);
            if (zoneIndex < 0)
            {
                return link == 0
                    ? frame.Refuse(response, ExtendedErrorCode.NotAuthoritative)
                    : frame.Finish(response, in writer, in walk, Rcode.NoError, AnswerKind.CnameChain);
            }
            CompiledZone zone = zones.Zones[zoneIndex];
            if (!ReferenceEquals(zone, previousZone))
            {
                if (previousZone is not null && !state.Snapshot.Answering.FollowsAcrossZones)
                {
                    return frame.Finish(response, in writer, in walk, Rcode.NoError, AnswerKind.CnameChain);
                }
                // Another zone's apex stands somewhere in the name that led to it; the same zone's is where it was.
                offsets = offsets with { Apex = writer.OffsetOfSuffix(offsets.Owner, name.Length - zone.Apex.Wire.Length) };
                previousZone = zone;
            }
            if (name.Length == zone.Apex.Wire.Length)
            {
                offsets = offsets with { Owner = offsets.Apex };
            }
            WalkStep step = walk.AnswerFrom(zoneIndex, name, _scratch.Chain[link], labels, offsets, ref writer, ref trace);
            if (step.Next.IsEmpty || link == chainLength - 1 || !TryGoOn(step.Next, link))
            {
                AnswerKind kind = link > 0 && step.Kind == AnswerKind.Positive ? AnswerKind.CnameChain : step.Kind;
                return frame.Finish(response, in writer, in walk, step.Rcode, kind);
            }
            name = _scratch.Name.AsSpan(0, step.Next.Length);
            offsets = offsets with { Owner = step.NextOffset };
        }
    }

    /// <summary>
    /// Who asks with an extended error option, and may know, is told an id of the decision; a TXT RRset that a policy decides
    /// holds it.
    /// </summary>
    private void TellDecision(in QueryView view, in ClientInfo client, DataPlaneState state, ref ResponseFrame frame)
    {
        if (view.Edns.IsExtendedErrorRequested && state.Snapshot.Answering.TellsDecisions(in client))
        {
            _scratch.WriteDecisionText(in view, in client, Math.Max(state.Stamp, frame.StampFloor));
            frame.Decision = _scratch;
        }
        else if (view.QType == RecordType.TXT && state.Snapshot.HasDecisionTexts)
        {
            _scratch.WriteDecisionText(in view, in client, Math.Max(state.Stamp, frame.StampFloor));
        }
    }

    /// <summary>Takes the next name of a chain; false when the chain has passed it before and would go round for ever.</summary>
    private bool TryGoOn(ReadOnlySpan<byte> next, int link)
    {
        ulong hash = NameHash.Compute(next);
        if (_scratch.Chain.AsSpan(0, link + 1).Contains(hash))
        {
            return false;
        }
        _scratch.Chain[link + 1] = hash;
        next.CopyTo(_scratch.Name);
        return true;
    }

    private static SteeringQuery QueryOf(in QueryView view, in ClientInfo client, DataPlaneSnapshot snapshot, ulong nameHash)
    {
        ulong draw = DrawHash.OfQuery(snapshot.DrawKey, in client, view.Id, nameHash);
        return new SteeringQuery(ClientNetwork.Of(in view, in client), draw, nameHash, client.UnixSeconds);
    }
}
