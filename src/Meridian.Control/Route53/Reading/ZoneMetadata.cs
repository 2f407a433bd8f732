using System.Collections.Immutable;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Records;

namespace Meridian.Control.Route53.Reading;

/// <summary>What only this API shows of a zone, a health check or a delegation set: the key <c>route53</c> of its document.</summary>
internal sealed record ZoneMetadata
{
    /// <summary>The key of documents.</summary>
    public const string Key = "route53";

    public string? Id { get; init; }

    public string? CallerReference { get; init; }

    public string? Comment { get; init; }

    /// <summary>The reusable delegation set it was made with.</summary>
    public string? DelegationSetId { get; init; }

    /// <summary>The value of the start of authority as it was sent.</summary>
    public string? Soa { get; init; }

    public ImmutableArray<KeyValuePair<string, string>> Tags { get; init; } = [];

    /// <summary>VPCs that may be associated with it, as <c>region/id</c>.</summary>
    public ImmutableArray<string> VpcAuthorizations { get; init; } = [];

    /// <summary>Keys of others, which stay as they are.</summary>
    public ImmutableArray<MapEntry> Rest { get; init; } = [];

    /// <summary>Reads it from a document.</summary>
    public static ZoneMetadata Read(MapNode body)
    {
        MapNode own = body.MapOf(Key) ?? Nodes.Empty;
        return new ZoneMetadata
        {
            Id = own.TextOf("id"),
            CallerReference = own.TextOf("caller-reference"),
            Comment = own.TextOf("comment"),
            DelegationSetId = own.TextOf("delegation-set"),
            Soa = own.TextOf("soa"),
            Tags = own.MapOf("tags") is { } tags
                ? [.. tags.Entries.Select(tag => KeyValuePair.Create(tag.Key, tag.Value is ScalarNode { Text: var text } ? text : ""))]
                : [],
            VpcAuthorizations = [.. own.TextsOf("vpc-authorizations")],
            Rest = [.. own.Entries.Where(entry => entry.Key is not ("id" or "caller-reference" or "comment" or "delegation-set" or "soa" or "tags" or "vpc-authorizations"))],
        };
    }

    /// <summary>The document with it.</summary>
    public MapNode WriteTo(MapNode body)
    {
        List<MapEntry> entries = [];
        Add(entries, "id", Id);
        Add(entries, "caller-reference", CallerReference);
        Add(entries, "comment", Comment);
        Add(entries, "delegation-set", DelegationSetId);
        Add(entries, "soa", Soa);
        if (!Tags.IsEmpty)
        {
            entries.Add(Nodes.Entry("tags", Nodes.Map(Tags.Select(tag => Nodes.Entry(tag.Key, Nodes.Text(tag.Value))))));
        }
        if (!VpcAuthorizations.IsEmpty)
        {
            entries.Add(Nodes.Entry("vpc-authorizations", Nodes.Texts(VpcAuthorizations)));
        }
        entries.AddRange(Rest);
        return body.With(Key, entries.Count == 0 ? null : Nodes.Map(entries));
    }

    private static void Add(List<MapEntry> entries, string key, string? value)
    {
        if (value is not null)
        {
            entries.Add(Nodes.Entry(key, Nodes.Text(value)));
        }
    }
}
