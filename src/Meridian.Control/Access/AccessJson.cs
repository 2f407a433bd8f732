using System.Text.Json.Serialization;
using Meridian.Client.Wire;

namespace Meridian.Control.Access;

/// <summary>How the files of this folder are written; by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SortedDictionary<string, TokenUse>))]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AccessJson : JsonSerializerContext;
