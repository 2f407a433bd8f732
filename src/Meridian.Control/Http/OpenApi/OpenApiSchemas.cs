using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Meridian.Client.Wire;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Http.Documents;
using Meridian.Control.Http.Routing;

namespace Meridian.Control.Http.OpenApi;

/// <summary>
/// The schemas of what is sent: of wire types from what writes them, of documents from what reads them.
/// </summary>
internal static class OpenApiSchemas
{
    // Where the documents begin; whatever they consist of follows from the types.
    private static readonly Type[] ApiTypes =
    [
        typeof(Problem), typeof(Caller), typeof(NewToken), typeof(CreatedToken), typeof(Token), typeof(TokenList), typeof(AuditPage), typeof(DocumentPage),
        typeof(RevisionPage), typeof(RevisionDetail), typeof(RevisionDifference), typeof(ChangeSet), typeof(ChangeResult), typeof(PendingList),
        typeof(NewStage), typeof(StagedChange),
        typeof(NewPlannedChange), typeof(PlannedChange), typeof(PlannedChangeList),
        typeof(Decision), typeof(MemberList),
    ];

    private static readonly Type[] LocalTypes = [typeof(HealthReport), typeof(Readiness), typeof(StatusReport)];

    /// <summary>All of them, by name.</summary>
    public static JsonObject All()
    {
        SortedDictionary<string, JsonNode> schemas = new(StringComparer.Ordinal)
        {
            ["Explanation"] = FreeForm("The decision with its steps; `meridian explain` shows the same as text."),
            ["LintReport"] = FreeForm("`findings`, a list, and `silenced`, a number."),
            [DocumentSchemas.Member] = Section(MemberSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Zone)] = Section(ZoneSection.Schema, "file", "records"),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Records)] = Section(OwnerSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Pool)] = Section(PoolSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Policy)] = Section(PolicySection.DocumentedSchema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Collection)] = Section(CollectionSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.View)] = Section(ViewSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.DelegationSet)] = Section(Route53Section.DelegationSetSchema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.TrafficPolicy)] = Section(TrafficPolicySection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.TrafficPolicyInstance)] = Section(TrafficPolicySection.InstanceSchema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Site)] = Section(SiteSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Monitor)] = Section(MonitorSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Override)] = Section(OverrideSection.Schema),
            [DocumentSchemas.NameOf(ChangeLog.DocumentKinds.Settings)] = new JsonObject { ["description"] = "As the section of that name in YAML." },
        };
        AddTypes(schemas, ApiJson.Default.Options, ApiTypes);
        AddTypes(schemas, LocalEndpointJson.Default.Options, LocalTypes);
        JsonObject all = [];
        foreach ((string name, JsonNode schema) in schemas)
        {
            all[name] = schema;
        }
        return all;
    }

    private static void AddTypes(SortedDictionary<string, JsonNode> schemas, JsonSerializerOptions options, Type[] types)
    {
        Queue<Type> waiting = new(types);
        while (waiting.TryDequeue(out Type? type))
        {
            if (!schemas.ContainsKey(type.Name))
            {
                schemas[type.Name] = Wire(options, type, waiting);
            }
        }
    }

    private static JsonNode Wire(JsonSerializerOptions options, Type root, Queue<Type> found)
    {
        JsonSchemaExporterOptions export = new()
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) =>
            {
                Type type = context.TypeInfo.Type;
                if (type == root || context.TypeInfo.Kind != JsonTypeInfoKind.Object || type.Namespace?.StartsWith("Meridian", StringComparison.Ordinal) != true)
                {
                    return WithoutNull(context.TypeInfo, schema);
                }
                found.Enqueue(type);
                return new JsonObject { ["$ref"] = $"#/components/schemas/{type.Name}" };
            },
        };
        return options.GetJsonSchemaAsNode(root, export);
    }

    // What is null is not written, so no value is null, and what may be null may be absent.
    private static JsonNode WithoutNull(JsonTypeInfo type, JsonNode schema)
    {
        if (schema is not JsonObject map)
        {
            // 'true': any JSON value.
            return schema is JsonValue value && value.TryGetValue(out bool isAny) && isAny ? new JsonObject() : schema;
        }
        if (map["type"] is JsonArray types)
        {
            JsonNode?[] others = [.. types.Where(one => one?.GetValue<string>() != "null")];
            map["type"] = others.Length == 1 ? others[0]?.DeepClone() : new JsonArray([.. others.Select(one => one?.DeepClone())]);
        }
        if (map["enum"] is JsonArray values && values.Any(value => value is null))
        {
            map["enum"] = new JsonArray([.. values.Where(value => value is not null).Select(value => value?.DeepClone())]);
        }
        if (map["required"] is JsonArray required)
        {
            HashSet<string> nullable = [.. type.Properties.Where(property => property.IsGetNullable).Select(property => property.Name)];
            JsonNode?[] kept = [.. required.Where(name => !nullable.Contains(name?.GetValue<string>() ?? "")).Select(name => name?.DeepClone())];
            map.Remove("required");
            if (kept.Length > 0)
            {
                map["required"] = new JsonArray(kept);
            }
        }
        return map;
    }

    private static JsonObject FreeForm(string meaning) => new() { ["type"] = "object", ["description"] = meaning, ["additionalProperties"] = true };

    private static JsonObject Section(SectionSchema section, params string[] without)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach (SchemaKey key in section.Keys.Where(key => !without.Contains(key.Name)))
        {
            JsonObject property = TypeOf(key);
            property["description"] = $"{key.Meaning} {Capitalised(key.ValueType)}.{(key.DescribeDefault() is { } absent ? $" Default: {absent}." : "")}";
            properties[key.Name] = property;
            if (key.IsRequired)
            {
                required.Add(key.Name);
            }
        }
        JsonObject schema = new()
        {
            ["type"] = "object",
            ["description"] = section.Summary,
            ["properties"] = properties,
            ["additionalProperties"] = section.HasOtherKeys,
        };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }
        return schema;
    }

    // A number may also be written as a text, as in YAML; what is told of the value is in its description.
    private static JsonObject TypeOf(SchemaKey key) => key switch
    {
        SchemaKey<bool> => new JsonObject { ["type"] = "boolean" },
        SchemaKey<int> or SchemaKey<int?> or SchemaKey<uint> or SchemaKey<uint?> => new JsonObject { ["type"] = new JsonArray("integer", "string") },
        SchemaKey<string?> => new JsonObject { ["type"] = "string" },
        { ValueType: "map" or "map of names" } => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
        _ => [],
    };

    private static string Capitalised(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].TrimEnd('.');
}
