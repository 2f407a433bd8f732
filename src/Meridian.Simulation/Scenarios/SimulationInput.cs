using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Simulation.Population;

namespace Meridian.Simulation.Scenarios;

/// <summary>Everything that a run depends on: the same input gives the same result, on any number of workers.</summary>
public sealed record SimulationInput
{
    /// <summary>The configuration at the start.</summary>
    public required MeridianModel Model { get; init; }

    /// <summary>The location database, with the model's overrides applied.</summary>
    public required PlaceDatabase Places { get; init; }

    /// <summary>The engine's limits, as the server would have them.</summary>
    public AnswerLimits Limits { get; init; } = new();

    /// <summary>The name that clients look up.</summary>
    public required DomainName Name { get; init; }

    /// <summary>A, AAAA or CNAME.</summary>
    public RecordType Type { get; init; } = RecordType.A;

    public PopulationModel Population { get; init; } = new();

    /// <summary>What happens, in any order.</summary>
    public ImmutableArray<ScenarioEvent> Events { get; init; } = [];

    /// <summary>How long, 1 s to 30 d.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>When it begins; decides the time of day, and what schedules and ramps say.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>All chance comes from it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Whether all caches are empty and in step at the start, as after an outage of theirs or in a flash crowd, instead of
    /// somewhere in the life of an answer.
    /// </summary>
    public bool StartsInStep { get; init; }

    /// <summary>
    /// Whether what traffic gets is compared with what the configuration means: takes fresh draws for every cache, at each
    /// change. Without, intended shares are 0.
    /// </summary>
    public bool ComparesWithIntent { get; init; } = true;

    /// <summary>
    /// Clients of each cache whose single lookups are counted in place of all traffic, 0 to 64: the run then shows what an
    /// experiment with so many clients would show, not what is. 0 counts all traffic.
    /// </summary>
    public int WatchersPerCache { get; init; }

    /// <summary>Threads, 1 to 256. Does not change the result.</summary>
    public int Workers { get; init; } = 1;
}
