using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meridian.Dns;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Probes;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>A line from a vantage point to a server: exactly one of its parts is there.</summary>
internal sealed record VoteLine
{
    public BeatMessage? Beat { get; init; }

    public VoteMessage? Vote { get; init; }

    public AttemptMessage? Attempt { get; init; }
}

/// <summary>Renews all that was said before.</summary>
/// <param name="Blind">Whether the vantage point sees nothing.</param>
/// <param name="Remark">Why; may be empty.</param>
internal sealed record BeatMessage(bool Blind, string Remark);

/// <summary>What the vantage point says of a check, until it says otherwise.</summary>
internal sealed record VoteMessage(
    long Check, HealthState State, uint MayChangeIn, bool Degraded, DateTimeOffset? Since, string Cause, DateTimeOffset? ProbedAt);

/// <summary>A probe that was made.</summary>
/// <param name="Check">Of what.</param>
/// <param name="At">When.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">In words.</param>
/// <param name="Confirming">Whether it was one of a burst after a failure.</param>
/// <param name="Micros">Microseconds of resolve, connect, TLS, first byte, body; -1 for a phase that was not reached.</param>
internal sealed record AttemptMessage(long Check, DateTimeOffset At, ProbeOutcome Outcome, string Reason, bool Confirming, ImmutableArray<int> Micros);

/// <summary>A line from a server to a vantage point.</summary>
internal sealed record DeskLine
{
    public AssignmentMessage? Assignment { get; init; }
}

/// <summary>All that the vantage point is to check.</summary>
internal sealed record AssignmentMessage(
    ImmutableArray<MonitorModel> Monitors, ImmutableArray<CheckMessage> Checks, ImmutableArray<string> References);

/// <summary>One check.</summary>
/// <param name="Id">What it is called in votes.</param>
/// <param name="Monitor">The place of its monitor in the list.</param>
/// <param name="Address">The member's address; null when it has a hostname.</param>
/// <param name="Hostname">The member's hostname; null when it has an address.</param>
/// <param name="Port">0 for what has no port.</param>
internal sealed record CheckMessage(long Id, int Monitor, string? Address, string? Hostname, int Port);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(IPAddressConverter), typeof(DomainNameConverter), typeof(ListConverter<string>), typeof(ListConverter<Rcode>)])]
[JsonSerializable(typeof(VoteLine))]
[JsonSerializable(typeof(DeskLine))]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(ImmutableArray<Rcode>))]
internal sealed partial class VoteJson : JsonSerializerContext;
