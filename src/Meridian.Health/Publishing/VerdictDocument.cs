using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Standby;

namespace Meridian.Health.Publishing;

/// <summary>The file of verdicts.</summary>
internal sealed record VerdictDocument(int Version, ImmutableArray<VerdictEntry> Verdicts)
{
    /// <summary>The circuit breaker, if it is open.</summary>
    public StoredFreeze? Freeze { get; init; }

    /// <summary>Pools whose clients are kept elsewhere, or are about to come; null when there are none.</summary>
    public ImmutableArray<StoredGate>? Gates { get; init; }
}

/// <summary>One member in the file of verdicts. Times are UTC.</summary>
internal sealed record VerdictEntry(
    string? Pool, string? Target, string? State, DateTimeOffset Since, DateTimeOffset ConfirmedAt, string? Cause)
{
    /// <summary>The latest changes, newest first; null when none are kept.</summary>
    public ImmutableArray<ChangeEntry>? History { get; init; }

    public UptimeRecord? Uptime { get; init; }

    internal static VerdictEntry Of(StoredVerdict verdict) => new(
        verdict.Member.Pool,
        verdict.Member.Target,
        HealthMetrics.NameOf(verdict.State),
        verdict.Since,
        verdict.ConfirmedAt,
        verdict.Cause)
    {
        History = verdict.History.IsDefaultOrEmpty ? null : [.. verdict.History.Select(ChangeEntry.Of)],
        Uptime = verdict.Uptime,
    };

    /// <summary>Null when the entry is not one that we write.</summary>
    internal StoredVerdict? ToVerdict()
    {
        HealthState state = State switch
        {
            "up" => HealthState.Up,
            "down" => HealthState.Down,
            _ => HealthState.Unknown,
        };
        return Pool is null || Target is null || state == HealthState.Unknown
            ? null
            : new StoredVerdict(new MemberKey(Pool, Target), state, Since, ConfirmedAt, Cause ?? "")
            {
                History = History is { IsDefaultOrEmpty: false } changes ? [.. changes.Select(change => change.ToChange())] : default,
                Uptime = Uptime,
            };
    }
}

/// <summary>One change of a verdict in the file.</summary>
internal sealed record ChangeEntry(string? State, DateTimeOffset At, string? Cause)
{
    internal static ChangeEntry Of(StateChange change) => new(HealthMetrics.NameOf(change.State), change.At, change.Cause);

    internal StateChange ToChange() => new(State == "up" ? HealthState.Up : HealthState.Down, At, Cause ?? "");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(VerdictDocument))]
internal sealed partial class VerdictJson : JsonSerializerContext;
