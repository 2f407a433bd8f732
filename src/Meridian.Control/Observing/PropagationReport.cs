using System.Collections.Immutable;

namespace Meridian.Control.Observing;

/// <summary>How far changes have come in the caches, and how those treat TTLs.</summary>
/// <param name="Now">Unix seconds.</param>
/// <param name="Changes">The newest first.</param>
/// <param name="Askers">Whose habits are known, the largest first.</param>
/// <param name="Finished">The changes of the measured tail, also those of earlier runs; the newest first.</param>
internal sealed record PropagationReport(
    long Now, ImmutableArray<ChangeReport> Changes, ImmutableArray<AskerReport> Askers, ImmutableArray<FinishedChange> Finished);

/// <summary>A resolver with its habit.</summary>
/// <param name="Asker">With the name that it asks for most.</param>
/// <param name="Estimate">For that name.</param>
/// <param name="Ttl">Of that name's answers.</param>
/// <param name="Names">Names and client networks that it asks for.</param>
internal sealed record AskerReport(Asker Asker, CacheEstimate Estimate, int Ttl, int Names);

/// <summary>A change as it is now.</summary>
internal sealed record ChangeReport
{
    public required long At { get; init; }

    public required string Description { get; init; }

    /// <summary>The part of the volume that has moved, 0 to 1.</summary>
    public required double Moved { get; init; }

    /// <summary>The longest TTL of before: from this many seconds on, no honest cache holds the old answer.</summary>
    public required int Horizon { get; init; }

    public required int Caches { get; init; }

    /// <summary>The part of the volume whose habits are not known.</summary>
    public required double Unknown { get; init; }

    /// <summary>When <see cref="AnswerChange.Marks"/> were passed; null for those to come.</summary>
    public required ImmutableArray<double?> Reached { get; init; }

    /// <summary>When they will be, where they are to come.</summary>
    public required ImmutableArray<double> Forecast { get; init; }

    /// <summary>Who holds on, the largest first.</summary>
    public required ImmutableArray<(Asker Asker, CacheEstimate Estimate, double Share, double Until)> Holders { get; init; }

    /// <summary>The whole curve: seconds after the change, and the part that has moved by then or will have.</summary>
    public required ImmutableArray<(double After, double Moved)> Curve { get; init; }

    private const int HoldersMax = 20;

    public static ChangeReport Of(AnswerChange change, long now) => new()
    {
        At = change.At,
        Description = change.Description,
        Moved = change.IsDone ? 1 : change.MovedAt(now),
        Horizon = change.TtlMax,
        Caches = change.Caches,
        Unknown = change.Unknown,
        Reached = change.Reached,
        Forecast = [.. AnswerChange.Marks.Select((mark, i) => change.Reached[i] ?? Math.Max(now - change.At, change.Forecast(mark)))],
        Holders = [.. change.HoldersAt(now).Take(HoldersMax)],
        Curve = [.. new[] { 10.0, 30, 60, 120, 300, 600, 1800, 3600 }.Select(after => (after, change.ForecastAt(after)))],
    };
}
