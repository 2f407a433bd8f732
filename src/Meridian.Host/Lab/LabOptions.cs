using System.Collections.Immutable;

namespace Meridian.Host.Lab;

/// <summary>One experiment.</summary>
internal sealed record LabOptions
{
    public LabScenario Scenario { get; init; }

    /// <summary>TTL of the steered name, 1 to 3,600 s.</summary>
    public int Ttl { get; init; } = 20;

    /// <summary>Weights of the two regions, 0 to 100 each.</summary>
    public (int Eu, int Us) Weights { get; init; } = (70, 30);

    /// <summary>How many caches of each kind.</summary>
    public ImmutableArray<(ResolverKind Kind, int Count)> Mix { get; init; } = [];

    /// <summary>Lookups per second behind each cache; 0.01 to 100.</summary>
    public double LookupsPerSecond { get; init; } = 2;

    /// <summary>How long the lab looks on after the event; null goes by the slowest of the caches.</summary>
    public TimeSpan? Watch { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>A report with charts.</summary>
    public string? Html { get; init; }

    /// <summary>
    /// Long enough before the event for caches to be anywhere in the life of an answer: three TTLs, or one and a half of the
    /// longest life that a kind gives answers.
    /// </summary>
    public double WarmUpSeconds => Math.Max(3 * Ttl, 1.5 * LongestLife);

    public double WatchSeconds => Watch?.TotalSeconds ?? LongestLife * 1.15 + 10;

    private double LongestLife => Mix.Select(part => part.Kind.Behaviour(Ttl).LifetimeOf(Ttl)).Append(Ttl).Max();
}
