using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Policies;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// Reads the entries of <c>traffic-policies</c> and <c>traffic-policy-instances</c>. They are no part of the model: what an instance
/// answers stands in its zone, as record sets. They are looked at so that what is exported, edited and applied again still means something.
/// </summary>
internal static class TrafficPolicySection
{
    // The service's: versions of one policy, and characters of names and comments.
    private const int VersionsMax = 1000;
    private const int LengthMax = 1024;

    private static readonly SchemaKey<string?> Name = new("name", new TextValue("a text", "www"), null, "Its name; no two policies have the same.") { IsRequired = true };

    private static readonly SchemaKey<RecordType?> Type = new(
        "type", new OptionalValue<RecordType>(new RecordTypeValue()), null, "The type of the record sets that become of it.")
    {
        DefaultText = "as its documents say",
    };

    private static readonly SchemaKey<int?> Latest = new(
        "latest", new OptionalValue<int>(new IntegerValue(1, VersionsMax)), null, "The highest version that there ever was: numbers are not given twice.")
    {
        DefaultText = "the highest of `versions`",
    };

    private static readonly SchemaKey Versions = new(
        "versions", "map of numbers", "`{document: TEXT, comment: TEXT}` for each; the text is a traffic policy document in JSON.")
    { IsRequired = true };

    public static readonly SectionSchema Schema = new()
    {
        Title = "traffic-policies.<id>",
        Summary = "A traffic policy of the Route 53 API. It answers nothing by itself, and is edited by that API.",
        Keys = [Name, Type, Latest, Versions],
    };

    private static readonly SchemaKey<string?> VersionDocument = new(
        "document", new TextValue("a traffic policy document in JSON", "{…}"), null, "The document as it came.")
    { IsRequired = true };

    private static readonly SchemaKey<string?> Comment = new("comment", new TextValue("a text", "blue"), null, "What its author said of it.") { DefaultText = "nothing" };

    public static readonly SectionSchema VersionSchema = new()
    {
        Title = "traffic-policies.<id>.versions.<number>",
        Summary = "A version of a traffic policy; it never changes.",
        Keys = [VersionDocument, Comment],
    };

    private static readonly SchemaKey<string?> Zone = new("zone", new TextValue("a hosted zone's id", "Z0123456789"), null, "The id of the hosted zone.") { IsRequired = true };

    private static readonly SchemaKey<string?> Owner = new("name", new TextValue("a domain name", "www.example.com."), null, "The name of the record sets.") { IsRequired = true };

    private static readonly SchemaKey<RecordType?> InstanceType = new(
        "type", new OptionalValue<RecordType>(new RecordTypeValue()), null, "Their type.")
    { IsRequired = true };

    private static readonly SchemaKey<int?> Ttl = new("ttl", new OptionalValue<int>(new IntegerValue(0, int.MaxValue)), null, "Their TTL in seconds.") { IsRequired = true };

    private static readonly SchemaKey<string?> Policy = new("policy", new TextValue("a traffic policy's id", "8d3c…"), null, "The id of the policy.") { IsRequired = true };

    private static readonly SchemaKey<int?> Version = new(
        "version", new OptionalValue<int>(new IntegerValue(1, VersionsMax)), null, "Its version.")
    { IsRequired = true };

    private static readonly SchemaKey<string?> Failure = new(
        "failure", new TextValue("a text", "a CNAME is there"), null, "Why the zone did not take the record sets.")
    { DefaultText = "it took them" };

    public static readonly SectionSchema InstanceSchema = new()
    {
        Title = "traffic-policy-instances.<id>",
        Summary = "A version of a traffic policy at a name, as the Route 53 API shows it. The record sets that became of it stand in the zone.",
        Keys = [Zone, Owner, InstanceType, Ttl, Policy, Version, Failure],
    };

    /// <summary>Reads one entry of <c>traffic-policies</c>.</summary>
    public static object? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        CheckLength(map, Name);
        RecordType? type = map.Read(Type);
        map.Read(Latest);
        if (map.Find(Versions) is not MapNode versions || versions.Entries.IsEmpty)
        {
            if (map.Has(Versions))
            {
                map.Error(Versions, "expected a map of at least one version");
            }
            return null;
        }
        foreach (MapEntry entry in versions.Entries)
        {
            ReadVersion(context, entry, $"{map.PathOf(Versions)}/{entry.Key}", ref type);
        }
        return null;
    }

    /// <summary>Reads one entry of <c>traffic-policy-instances</c>.</summary>
    public static object? ReadInstance(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, InstanceSchema) is not { } map)
        {
            return null;
        }
        foreach (SchemaKey<string?> key in (ImmutableArray<SchemaKey<string?>>)[Zone, Policy, Failure])
        {
            map.Read(key);
        }
        map.Read(InstanceType);
        map.Read(Ttl);
        map.Read(Version);
        if (map.Read(Owner) is { } owner && DomainName.TryParse(owner, DomainName.Root, out _) is var error && error != DomainNameError.None)
        {
            map.Error(Owner, $"'{owner}' is not a domain name: {error.Describe()}");
        }
        return null;
    }

    private static void ReadVersion(ReadContext context, MapEntry entry, string path, ref RecordType? type)
    {
        if (!int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > VersionsMax)
        {
            context.Diagnostics.Error(entry.KeyPosition, path, $"'{entry.Key}' is not a version: expected 1 to {VersionsMax}");
        }
        if (MapReader.Open(context, entry.Value, path, VersionSchema) is not { } map)
        {
            return;
        }
        CheckLength(map, Comment);
        if (map.Read(VersionDocument) is not { } text)
        {
            return;
        }
        try
        {
            RecordType read = PolicyDocumentReader.Read(text).Type;
            if (type is { } other && other != read)
            {
                map.Error(VersionDocument, $"RecordType is {read.ToMnemonic()}; that of the policy is {other.ToMnemonic()}");
            }
            type = read;
        }
        catch (Route53Exception refused)
        {
            map.Error(VersionDocument, refused.Message);
        }
    }

    private static void CheckLength(MapReader map, SchemaKey<string?> key)
    {
        if (map.Read(key) is { Length: > LengthMax } text)
        {
            map.Error(key, $"it has {text.Length} characters; at most {LengthMax} are taken");
        }
    }
}
