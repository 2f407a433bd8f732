using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Staging;

/// <summary>How a staged change grows, and what takes it back.</summary>
/// <param name="Steps">Percentages of the queries, each larger than the one before, 0.1 to 100. The last of 100 makes the change everybody's.</param>
/// <param name="Every">How long each step lasts, 1 s to 7 days.</param>
/// <param name="Guard">Monitors that take it back when a member that they check goes down; also those of type prometheus, for a condition in PromQL.</param>
public sealed record StagePlan(ImmutableArray<double> Steps, TimeSpan Every, ImmutableArray<string> Guard)
{
    // 1 to 100.
    private const int StepsMax = 20;

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Problem =>
        Steps.IsDefaultOrEmpty || Steps.Length > StepsMax || Steps.Zip(Steps.Skip(1)).Any(pair => pair.First >= pair.Second) || Steps[0] < 0.1 || Steps[^1] > 100
            ? $"the steps are 1 to {StepsMax} percentages, each larger than the one before, such as 1,5,25,100"
        : Every < TimeSpan.FromSeconds(1) || Every > TimeSpan.FromDays(7) ? "a step lasts 1s to 7d"
        : null;

    /// <summary>The step that holds at a time; one beyond the last when the last has lasted long enough or is everybody.</summary>
    public int StepAt(DateTimeOffset startedAt, DateTimeOffset now)
    {
        int step = (int)Math.Clamp((now - startedAt) / Every, 0, Steps.Length);
        return step < Steps.Length && Steps[step] >= 100 ? Steps.Length : step;
    }

    /// <summary>The members that its monitors check.</summary>
    internal IEnumerable<MemberKey> GuardedMembers(DataPlaneSnapshot candidate) =>
        candidate.Members.Where(slot => slot.Monitor is { } monitor && Guard.Contains(monitor.Name)).Select(slot => slot.Key);
}

/// <summary>A staged change as it is now.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="Author">Who began it.</param>
/// <param name="Message">What it does.</param>
/// <param name="Plan">How it grows.</param>
/// <param name="Share">The part of the queries that is answered from it now, 0 to 1.</param>
/// <param name="NextAt">When the share grows next; null when only <c>promote</c> makes it.</param>
public sealed record StagedChange(DateTimeOffset StartedAt, string Author, string Message, StagePlan Plan, double Share, DateTimeOffset? NextAt)
{
    /// <summary>What it takes of the observed queries in words, where that is less than the share: a large network is not divided. Null where it is not.</summary>
    public string? Shortfall { get; init; }
}
