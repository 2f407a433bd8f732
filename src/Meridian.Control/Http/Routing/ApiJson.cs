using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Client.Wire;

namespace Meridian.Control.Http.Routing;

/// <summary>
/// How the native API writes and reads its wire types; by generated code. The schemas of the OpenAPI document are made from
/// the same, so that it says what is sent. A key that is not known, or comes twice, is an error: a misspelt condition that
/// is ignored would be a change without it.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = DepthMax)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Caller))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(DocumentPage))]
[JsonSerializable(typeof(RevisionPage))]
[JsonSerializable(typeof(Revision))]
[JsonSerializable(typeof(RevisionDetail))]
[JsonSerializable(typeof(ChangeSet))]
[JsonSerializable(typeof(ChangeResult))]
[JsonSerializable(typeof(PendingList))]
[JsonSerializable(typeof(NewStage))]
[JsonSerializable(typeof(StagedChange))]
[JsonSerializable(typeof(NewPlannedChange))]
[JsonSerializable(typeof(PlannedChange))]
[JsonSerializable(typeof(PlannedChangeList))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(RevisionDifference))]
[JsonSerializable(typeof(MemberList))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Maps and lists inside each other. The configuration's own limit is lower; this one protects the reader before it.</summary>
    public const int DepthMax = 64;
}
