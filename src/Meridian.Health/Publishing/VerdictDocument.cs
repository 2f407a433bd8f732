using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meridian.Engine.Health;

namespace Meridian.Health.Publishing;

/// <summary>The file of verdicts.</summary>
internal sealed record VerdictDocument(int Version, ImmutableArray<VerdictEntry> Verdicts);

/// <summary>One member in the file of verdicts. Times are UTC.</summary>
internal sealed record VerdictEntry(
    string? Pool, string? Target, string? State, DateTimeOffset Since, DateTimeOffset ConfirmedAt, string? Cause)
{
    internal static VerdictEntry Of(StoredVerdict verdict) => new(
        verdict.Member.Pool,
        verdict.Member.Target,
        HealthMetrics.NameOf(verdict.State),
        verdict.Since,
        verdict.ConfirmedAt,
        verdict.Cause);

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
            : new StoredVerdict(new MemberKey(Pool, Target), state, Since, ConfirmedAt, Cause ?? "");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VerdictDocument))]
internal sealed partial class VerdictJson : JsonSerializerContext;
