using System.Collections.Immutable;

namespace Meridian.Host.Lab;

/// <summary>One experiment. Several TTLs and several mixes go through the same event side by side.</summary>
internal sealed record LabOptions
{
    public LabScenario Scenario { get; init; }

    /// <summary>TTLs, each of names of its own; 1 to 3,600 s.</summary>
    public ImmutableArray<int> Ttls { get; init; } = [20];

    /// <summary>
    /// Names of each TTL, 1 to 64. Every cache holds an answer of its own for each, so that they are so many more
    /// independent entries.
    /// </summary>
    public int NamesPerTtl { get; init; } = 1;

    /// <summary>Weights of the two regions, 0 to 100 each.</summary>
    public (int Eu, int Us) Weights { get; init; } = (70, 30);

    /// <summary>How far TTLs vary per answer, 0 to 0.5.</summary>
    public double Jitter { get; init; }

    /// <summary>Populations, side by side.</summary>
    public ImmutableArray<LabMix> Mixes { get; init; } = [];

    /// <summary>Lookups per second of each name behind each cache; 0.01 to 100.</summary>
    public double LookupsPerSecond { get; init; } = 2;

    /// <summary>How long the lab looks on after the event; null goes by the slowest of the caches.</summary>
    public TimeSpan? Watch { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>A report with charts.</summary>
    public string? Html { get; init; }

    /// <summary>A file for every single lookup.</summary>
    public string? Samples { get; init; }

    /// <summary>The TTL that the settings of the resolvers go by: the middle one.</summary>
    public int SettingsTtl => Ttls.Order().ElementAt(Ttls.Length / 2);

    /// <summary>
    /// Long enough before the event for caches to be anywhere in the life of an answer: three TTLs, or one and a half of the
    /// longest life that a kind gives answers. A herd is looked at from the first lookup on.
    /// </summary>
    public double WarmUpSeconds => Scenario == LabScenario.Herd ? 0 : Math.Max(3 * Ttls.Max(), 1.5 * LongestLife);

    /// <summary>Seconds from the event to the end.</summary>
    public double WatchSeconds => Watch?.TotalSeconds ?? Scenario switch
    {
        LabScenario.Herd => Ttls.Max() * HerdTtls,
        LabScenario.Mistake => RevertAfterSeconds + (LongestLife * 1.15) + 10,
        _ => (LongestLife * 1.15) + 10,
    };

    /// <summary>How long a mistake stands before somebody takes it back: as long as it takes a person to see the graph.</summary>
    public const double RevertAfterSeconds = 10;

    // A few returns of the herd.
    private const int HerdTtls = 4;

    private double LongestLife => Mixes
        .SelectMany(mix => mix.Parts)
        .SelectMany(part => Ttls.Select(ttl => part.Kind.Behaviour(SettingsTtl).LifetimeOf(ttl)))
        .Concat(Ttls.Select(ttl => (double)ttl)).Max();
}
