using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Explaining;

/// <summary>Answers a query through the seam while listening to every step.</summary>
public static class DecisionExplainer
{
    /// <summary>Explains a query; null while there is no snapshot.</summary>
    /// <param name="dataPlane">What answers.</param>
    /// <param name="limits">The limits of the server that is explained.</param>
    /// <param name="query">The query, as it came or as it would come.</param>
    /// <param name="client">Who asks, with the port and the time that the draw depends on.</param>
    /// <param name="response">Receives the very answer.</param>
    /// <param name="rotationCounter">What rotation counters stood at; they belong to worker threads and cannot be known here.</param>
    public static DecisionReport? Explain(
        DataPlane dataPlane,
        AnswerLimits limits,
        ReadOnlySpan<byte> query,
        in ClientInfo client,
        Span<byte> response,
        uint rotationCounter = 0)
    {
        if (dataPlane.State is not { } state)
        {
            return null;
        }
        // A data plane of its own holds the state still: the report names the revision and the verdicts that answered.
        DataPlane frozen = DataPlane.Freeze(state);
        state = frozen.State!; // Right above: with its candidate held still too.
        QueryAnswerer answerer = new(frozen, limits);
        answerer.SetRotation(rotationCounter);
        ExplainingTrace trace = new(new DecisionRecorder(state));
        AnswerResult result = answerer.Answer(query, in client, response, ref trace);
        return new DecisionReport(trace.Recorder.State.Snapshot.Revision, result, trace.Recorder.Finish());
    }
}
