using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Client.Wire;

namespace Meridian.Client;

/// <summary>
/// How the client writes and reads; by generated code. What it does not know it passes over: a newer server tells more.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Caller))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(DocumentPage))]
[JsonSerializable(typeof(Revision))]
[JsonSerializable(typeof(RevisionPage))]
[JsonSerializable(typeof(RevisionDetail))]
[JsonSerializable(typeof(RevisionDifference))]
[JsonSerializable(typeof(ChangeSet))]
[JsonSerializable(typeof(ChangeResult))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(PendingList))]
[JsonSerializable(typeof(MemberList))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ClientJson : JsonSerializerContext;
