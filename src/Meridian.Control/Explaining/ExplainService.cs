using Meridian.Control.History;
using Meridian.Control.Http;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Explaining;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;

namespace Meridian.Control.Explaining;

/// <summary>Explains a query: builds it as it came, answers it through the seam, and puts what happened into words.</summary>
/// <param name="dataPlane">What answers.</param>
/// <param name="limits">The limits of the server that is explained.</param>
/// <param name="evidence">What is known of a member's health; null for members that nothing checks.</param>
/// <param name="time">For queries that state no time.</param>
/// <param name="past">States of the past; null when none are kept.</param>
public sealed class ExplainService(
    DataPlane dataPlane, AnswerLimits limits, Func<MemberKey, MemberHealthReport?> evidence, TimeProvider time, IPastStates? past = null)
{
    private const int MaxMessageLength = ushort.MaxValue;

    /// <summary>Explains one query; a problem with the request is said in the reply.</summary>
    public async Task<ExplainReply> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken)
    {
        if (ExplainedQuery.From(request, limits, time.GetUtcNow(), out string? problem) is not { } query)
        {
            return ExplainReply.Refused(problem ?? "this is no query");
        }
        PastState? state = null;
        bool isPresent = query.Stamp is { } stamp ? stamp == dataPlane.Stamp : query.Moment is null;
        if (!isPresent)
        {
            if (past is null)
            {
                return ExplainReply.Refused("no log of past states is kept: set 'state' to a directory, and 'history' to how long");
            }
            // An id names its state; a moment has the state that had taken effect by then.
            (state, problem) = query.Stamp is { } named
                ? await past.OpenAsync(named, cancellationToken)
                : await past.OpenAtAsync(query.Moment.GetValueOrDefault(), cancellationToken); // There is one where there is no stamp.
            if (state is null)
            {
                return ExplainReply.Refused(problem ?? "there is no such state");
            }
        }
        byte[] response = new byte[MaxMessageLength];
        DecisionReport? report = DecisionExplainer.Explain(
            state?.DataPlane ?? dataPlane, state?.Limits ?? limits, query.Message, query.Client, response);
        if (report is null)
        {
            return ExplainReply.Refused("no configuration has been published yet, so there is nothing to explain");
        }
        byte[] octets = response[..report.Result.Length];
        Message.TryParse(octets, out Message? answer);
        Explanation explanation = new(query, report, answer, octets, state);
        IMemberEvidence why = state is null ? new LiveEvidence(evidence, time.GetUtcNow()) : new LoggedEvidence(state.Evidence);
        ExplanationTree tree = ExplanationTree.Of(explanation, why);
        return ExplainReply.Explained(
            ExplanationJson.Write(explanation, why), ExplanationText.Write(explanation, why), ExplanationSvg.Write(tree), ExplanationHtml.Write(tree));
    }
}

/// <summary>Everything an explanation shows.</summary>
/// <param name="Query">What was asked, by whom, and when.</param>
/// <param name="Report">What the answering code did.</param>
/// <param name="Answer">The answer itself.</param>
/// <param name="Octets">The answer on the wire; empty when there is none.</param>
/// <param name="Past">The state of the past that answered; null for the present one.</param>
internal sealed record Explanation(ExplainedQuery Query, DecisionReport Report, Message? Answer, byte[] Octets, PastState? Past)
{
    /// <summary>The answer's records by section, in zone-file form.</summary>
    public IEnumerable<(string Section, string Record)> Records => Answer is null
        ? []
        : Section("answer", Answer.Answer).Concat(Section("authority", Answer.Authority)).Concat(Section("additional", Answer.Additional));

    /// <summary>The scope of the client subnet option in the answer, or null without one.</summary>
    public int? Scope => Answer?.Edns?.ClientSubnet?.ScopePrefixLength;

    private static IEnumerable<(string Section, string Record)> Section(string name, IEnumerable<MessageRecord> records) => records.Select(
        record => (name, $"{record.Owner} {record.TtlSeconds} IN {record.Type.ToMnemonic()} {RdataText.Format(record.Type, record.Rdata.Span)}"));
}
