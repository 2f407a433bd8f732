using System.Globalization;
using Meridian.Health.Evidence;

namespace Meridian.Control.History;

/// <summary>A member's evidence in one line, as it is worth reading a week later.</summary>
internal static class EvidenceText
{
    public static string? Of(MemberHealthReport report)
    {
        if (report.Since is not { } since)
        {
            return null;
        }
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{report.Verdict.State.ToString().ToLowerInvariant()} since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z: {report.Cause}; asked {report.Question}");
        return text.Length <= HistoryLimits.EvidenceLength ? text : text[..HistoryLimits.EvidenceLength];
    }
}
