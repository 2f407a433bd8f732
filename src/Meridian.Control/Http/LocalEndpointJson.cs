using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Quorum;

namespace Meridian.Control.Http;

/// <summary>How the documents of the local endpoint are written and read; by generated code, so that none of it reflects at run time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters =
    [
        typeof(KebabCaseEnumConverter<AdminState>),
        typeof(KebabCaseEnumConverter<HealthState>),
        typeof(KebabCaseEnumConverter<ConfigurationState>),
        typeof(KebabCaseEnumConverter<ProcessHealth>),
        typeof(KebabCaseEnumConverter<VantageState>),
    ])]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(MemberReport))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(Readiness))]
public sealed partial class LocalEndpointJson : JsonSerializerContext;

/// <summary>Enum members in the spelling of the configuration: <c>forced-up</c>.</summary>
internal sealed class KebabCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>How the process is.</summary>
public enum ProcessHealth
{
    Ok,

    /// <summary>It serves, but not what the operator last asked it to.</summary>
    Degraded,
}

/// <summary>The body of /healthz.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Configuration">The configuration as it was last seen; only for those who may read it.</param>
public sealed record HealthReport(ProcessHealth Status, ConfigurationStatus? Configuration);
