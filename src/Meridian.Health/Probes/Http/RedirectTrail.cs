using System.Globalization;
using System.Text;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Http;

/// <summary>One attempt over several requests: follows where answers send it, and tells of each in the evidence.</summary>
internal sealed class RedirectTrail
{
    private readonly StringBuilder _passed = new();
    private ProbeTimings _timings;
    private int _followed;

    /// <summary>Makes one request.</summary>
    /// <param name="target">Of whom.</param>
    /// <param name="monitor">What.</param>
    /// <param name="answer">Filled in by it.</param>
    /// <param name="deadline">The attempt's own: every hop is within it.</param>
    internal delegate ValueTask<ProbeResult> Ask(ProbeTarget target, MonitorModel monitor, RedirectAnswer answer, CancellationToken deadline);

    /// <summary>Asks the member, and goes on from there.</summary>
    internal static async ValueTask<ProbeResult> FollowAsync(
        Ask ask, ProbeTarget target, MonitorModel monitor, RedirectModel rules, CancellationToken deadline)
    {
        RedirectTrail trail = new();
        HttpHop? hop = HttpHop.First(target, monitor);
        while (hop is not null)
        {
            RedirectAnswer answer = new();
            ProbeResult result = await ask(hop.Target, hop.Monitor, answer, deadline);
            bool isOver = !answer.IsRedirect || result.Outcome != ProbeOutcome.UnexpectedStatus;
            if (isOver)
            {
                return trail.End(hop, result);
            }

            if (trail._followed == rules.Max)
            {
                return trail.End(hop, result with { Reason = string.Create(CultureInfo.InvariantCulture, $"status {answer.Status} after {rules.Max} redirects, and no more are followed") });
            }

            if (!hop.TryNext(answer, rules, out HttpHop? next, out string problem))
            {
                return trail.End(hop, result with { Outcome = ProbeOutcome.InvalidAnswer, Reason = problem });
            }

            trail.Pass(hop, answer.Status, result.Timings);
            hop = next;
        }

        return new ProbeResult(ProbeOutcome.NotMade, $"not tried: the host of monitor {monitor.Name} and its path are no URL to go on from", default);
    }

    private void Pass(HttpHop hop, int status, ProbeTimings timings)
    {
        _passed.Append(_followed == 0 ? "; by way of " : " → ").Append(hop);
        _passed.Append(CultureInfo.InvariantCulture, $" (status {status}: {timings})");
        _timings = _timings.Plus(timings);
        _followed++;
    }

    /// <summary>The result as it stands where nothing was followed; else with the way that led to it.</summary>
    private ProbeResult End(HttpHop last, ProbeResult result) => _followed == 0
        ? result
        : result with { Reason = $"{result.Reason} at {last} ({result.Timings}){_passed}", Timings = _timings.Plus(result.Timings) };
}
