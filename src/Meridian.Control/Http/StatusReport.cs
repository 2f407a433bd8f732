using System.Collections.Immutable;
using Meridian.Control.Resolving;

namespace Meridian.Control.Http;

/// <summary>The state of a running server, as <c>/api/v1/status</c> tells it and <c>meridian status</c> shows it.</summary>
public sealed record StatusReport
{
    /// <summary>The server's version.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The server's own clock when it answered: ages are counted from it, so that a skewed client shows true ones.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where queries are answered, as <c>udp 127.0.0.1:5300</c>.</summary>
    public ImmutableArray<string> Listening { get; init; } = [];

    public required ConfigurationStatus Configuration { get; init; }

    public required Readiness Readiness { get; init; }

    /// <summary>What is answered from; null before the first snapshot.</summary>
    public RevisionStatus? Revision { get; init; }

    /// <summary>The location database; null when nothing is steered by place.</summary>
    public GeoStatus? Geo { get; init; }

    /// <summary>Every member of every pool, by pool and then in the pool's order.</summary>
    public ImmutableArray<MemberReport> Members { get; init; } = [];

    /// <summary>The names outside our zones that are answered from, each family for itself; empty when there are none.</summary>
    public ImmutableArray<OutsideStatus> Outside { get; init; } = [];

    /// <summary>The vantage points of the health checks; empty while this server judges alone.</summary>
    public ImmutableArray<VantageStatus> Vantages { get; init; } = [];

    /// <summary>The circuit breaker of the health checks; null when it is closed.</summary>
    public BreakerStatus? Breaker { get; init; }

    /// <summary>In words, what the circuit breaker counts (members, or the traffic that was observed), and how far that has come.</summary>
    public string? BreakerMeasure { get; init; }

    /// <summary>Changes that are planned for a time and under way; by their time.</summary>
    public ImmutableArray<PlannedStatus> Planned { get; init; } = [];

    public required CounterStatus Counters { get; init; }
}

/// <summary>A planned change that is under way.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Name">The name whose TTL is lowered ahead.</param>
/// <param name="Step"><c>waiting</c>, <c>lowered</c> or <c>changed</c>.</param>
/// <param name="Message">What it does.</param>
/// <param name="NextAt">When its next step is due.</param>
/// <param name="Note">What holds it up; empty when nothing does.</param>
public sealed record PlannedStatus(string Id, string Name, string Step, string Message, DateTimeOffset NextAt, string Note);

/// <summary>The snapshot that is answered from.</summary>
/// <param name="Number">Grows with every accepted change.</param>
/// <param name="SoaSerial">The serial of every zone's SOA record.</param>
/// <param name="Digest">SHA-256 of the model, hexadecimal.</param>
/// <param name="ZoneCount">How many zones are served.</param>
public sealed record RevisionStatus(long Number, uint SoaSerial, string Digest, int ZoneCount);

/// <summary>The location database that geo steering reads.</summary>
/// <param name="Database">Its name, or the path it was read from.</param>
/// <param name="BuiltAt">When its provider built it; null when it does not say.</param>
public sealed record GeoStatus(string Database, DateTimeOffset? BuiltAt)
{
    /// <summary>A newer database that waits for a person; null when none does.</summary>
    public HeldPlacesStatus? Held { get; init; }
}

/// <summary>A newer location database that would move more than it may.</summary>
/// <param name="Path">Its file.</param>
/// <param name="BuiltAt">When its provider built it.</param>
/// <param name="ShareMoved">The part of the addresses that would get another decision, in the family where it is greater, 0 to 1; null when the configuration does not compile with it.</param>
/// <param name="Since">Since when it waits.</param>
public sealed record HeldPlacesStatus(string Path, DateTimeOffset BuiltAt, double? ShareMoved, DateTimeOffset Since)
{
    /// <summary>The part of the allocated IPv4 addresses, 0 to 1.</summary>
    public double? ShareOfIPv4 { get; init; }

    /// <summary>The part of the allocated IPv6 networks of /64, 0 to 1.</summary>
    public double? ShareOfIPv6 { get; init; }
}

/// <summary>An open circuit breaker.</summary>
/// <param name="Reason">Why nothing is taken out.</param>
/// <param name="Since">Since when.</param>
/// <param name="WithheldMembers">Members that are down by their verdict and are answered nevertheless.</param>
public sealed record BreakerStatus(string Reason, DateTimeOffset? Since, int WithheldMembers);
