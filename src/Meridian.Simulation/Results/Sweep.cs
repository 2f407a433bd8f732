using System.Collections.Immutable;
using Meridian.Engine.Snapshot;
using Meridian.Simulation.Running;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Results;

/// <summary>The same run with one thing changed, value by value.</summary>
public static class Sweep
{
    /// <summary>Runs them one after the other.</summary>
    /// <param name="input">What they have in common.</param>
    /// <param name="change">What differs.</param>
    /// <param name="policy">The policy that a TTL or a jitter belongs to.</param>
    /// <param name="values">TTLs in seconds, jitter as a share, skew as an exponent.</param>
    /// <param name="progress">Told how far all of it is, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static (ImmutableArray<SweepRow> Rows, ImmutableArray<ModelProblem> Problems) Execute(
        SimulationInput input,
        SweepKey change,
        string? policy,
        IReadOnlyList<double> values,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        ImmutableArray<SweepRow>.Builder rows = ImmutableArray.CreateBuilder<SweepRow>(values.Count);
        foreach (double value in values)
        {
            int done = rows.Count;
            IProgress<double>? part = progress is null ? null : new Part(progress, done, values.Count);
            (SimulationResult? result, ImmutableArray<ModelProblem> problems) =
                SimulationRun.Execute(With(input, change, policy, value), part, cancellationToken);
            if (result is null)
            {
                return ([], problems);
            }
            rows.Add(new SweepRow(value, result));
        }
        return (rows.ToImmutable(), []);
    }

    private static SimulationInput With(SimulationInput input, SweepKey change, string? policy, double value) => (change, policy) switch
    {
        (SweepKey.Ttl, { } name) => input with { Model = ModelEdit.WithTtl(input.Model, name, (uint)value) },
        (SweepKey.Jitter, { } name) => input with { Model = ModelEdit.WithJitter(input.Model, name, value) },
        (SweepKey.SubnetShare, _) => input with { Population = input.Population with { SubnetShare = value } },
        (SweepKey.Skew, _) => input with { Population = input.Population with { Skew = value } },
        _ => throw new ArgumentException("A TTL or a jitter belongs to a policy.", nameof(policy)),
    };

    private sealed class Part(IProgress<double> whole, int done, int count) : IProgress<double>
    {
        public void Report(double value) => whole.Report((done + value) / count);
    }
}

/// <summary>What a <see cref="Sweep"/> changes.</summary>
public enum SweepKey
{
    Ttl,
    Jitter,
    Skew,
    SubnetShare,
}

/// <summary>One value and what came of it.</summary>
public sealed record SweepRow(double Value, SimulationResult Result);
