using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Quorum;

namespace Meridian.Control.Explaining;

/// <summary>Why members have their status, in words.</summary>
internal interface IMemberEvidence
{
    /// <summary>Lines about one member; empty when nothing checks it.</summary>
    IReadOnlyList<string> Of(string pool, string target);
}

/// <summary>What was written down about the members of a past state.</summary>
/// <param name="evidence">One line for each member that there is something to say about.</param>
internal sealed class LoggedEvidence(ImmutableDictionary<MemberKey, string> evidence) : IMemberEvidence
{
    public IReadOnlyList<string> Of(string pool, string target) =>
        evidence.TryGetValue(new MemberKey(pool, target), out string? line) ? [line] : [];
}

/// <summary>Health evidence of the present, with times.</summary>
/// <param name="reports">What is known of a member.</param>
/// <param name="now">Ages are counted from here.</param>
internal sealed class LiveEvidence(Func<MemberKey, MemberHealthReport?> reports, DateTimeOffset now) : IMemberEvidence
{
    // The latest attempts say enough; `status` has them all.
    private const int AttemptsShown = 3;

    public IReadOnlyList<string> Of(string pool, string target)
    {
        if (reports(new MemberKey(pool, target)) is not { } report)
        {
            return [];
        }
        List<string> lines = [$"checked by {report.Monitor}: {report.Question}{(report.SkipsVerification ? " (ANY CERTIFICATE IS ACCEPTED)" : "")}"];
        if (report.Since is { } since)
        {
            lines.Add($"{report.Verdict.State.ToString().ToLowerInvariant()} since {Clock(since)} ({Age(since)} ago): {report.Cause}{OriginOf(report)}");
        }
        if (report.Remark is { } remark)
        {
            lines.Add(remark);
        }
        foreach (VantageVote vote in report.Votes)
        {
            string counts = vote.Standing == VantageState.Sighted ? "" : $" ({VantageStates.NameOf(vote.Standing)}: does not count)";
            lines.Add($"{vote.Vantage} says {vote.State.ToString().ToLowerInvariant()}{counts}: {vote.Cause ?? "nothing yet"}");
        }
        if (report.ResultsAgainst > 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{report.ResultsAgainst} of {report.ResultsNeeded} results in a row that would change it"));
        }
        foreach (ProbeAttempt attempt in report.Attempts.Take(AttemptsShown))
        {
            lines.Add($"probe at {Clock(attempt.At)}: {attempt.Result.Reason}");
        }
        return lines;
    }

    private static string OriginOf(MemberHealthReport report) => report.Origin switch
    {
        VerdictOrigin.Restored => "; known from before the restart",
        VerdictOrigin.CarriedOver => "; known from before the monitor changed",
        _ => "",
    };

    private static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Age(DateTimeOffset since)
    {
        TimeSpan age = now - since;
        return age.TotalSeconds < 120 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, age.TotalSeconds):0} s")
            : age.TotalMinutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h");
    }
}
