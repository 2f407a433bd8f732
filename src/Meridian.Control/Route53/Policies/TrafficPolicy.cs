using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Policies;

/// <summary>
/// A traffic policy with its versions, whose documents never change. It answers nothing by itself: what an instance makes of a
/// version stands in its zone. It is exported, applied and taken back with the configuration.
/// </summary>
internal sealed record TrafficPolicy
{
    public const string Kind = DocumentKinds.TrafficPolicy;

    private const string NameKey = "name";
    private const string TypeKey = "type";
    private const string LatestKey = "latest";
    private const string VersionsKey = "versions";
    private const string DocumentKeyText = "document";
    private const string CommentKey = "comment";

    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The highest version that there ever was: numbers are not given twice.</summary>
    public required int Latest { get; init; }

    public required ImmutableSortedDictionary<int, PolicyVersion> Versions { get; init; }

    /// <summary>Of all its versions. Kept beside them: a list of policies reads no document.</summary>
    public required RecordType Type { get; init; }

    /// <summary>As it was read; null for one that is to be written first.</summary>
    public Document? Document { get; init; }

    public DocumentKey Key => new(Kind, Id);

    /// <summary>All, in the order of their ids.</summary>
    public static IEnumerable<TrafficPolicy> All(DirectoryState state) => state.Of(Kind).Select(Read).OfType<TrafficPolicy>();

    /// <exception cref="Route53Exception">There is none.</exception>
    public static TrafficPolicy Require(DirectoryState state, string id) =>
        state.Find(new DocumentKey(Kind, id)) is { } document && Read(document) is { } policy ? policy : throw Missing(id, null);

    /// <exception cref="Route53Exception">There is no such version.</exception>
    public PolicyVersion RequireVersion(int version) => Versions.TryGetValue(version, out PolicyVersion? found) ? found : throw Missing(Id, version);

    /// <summary>Its document.</summary>
    public MapNode Write() => Nodes.Map(
        Nodes.Entry(NameKey, Nodes.Text(Name)),
        Nodes.Entry(TypeKey, Nodes.Text(Type.ToMnemonic())),
        Nodes.Entry(LatestKey, Nodes.Plain(Latest.ToString(CultureInfo.InvariantCulture))),
        Nodes.Entry(VersionsKey, Nodes.Map(Versions.Select(pair => Nodes.Entry(pair.Key.ToString(CultureInfo.InvariantCulture), WriteVersion(pair.Value))))));

    private static MapNode WriteVersion(PolicyVersion version)
    {
        MapNode body = Nodes.Map(Nodes.Entry(DocumentKeyText, Nodes.Text(version.Text)));
        return version.Comment is { Length: > 0 } comment ? body.With(CommentKey, Nodes.Text(comment)) : body;
    }

    private static TrafficPolicy? Read(Document document)
    {
        if (HostedZone.BodyOf(document) is not { } body || body.MapOf(VersionsKey) is not { } written)
        {
            return null;
        }
        ImmutableSortedDictionary<int, PolicyVersion>.Builder versions = ImmutableSortedDictionary.CreateBuilder<int, PolicyVersion>();
        foreach (MapEntry entry in written.Entries)
        {
            if (entry.Value is MapNode version && int.TryParse(entry.Key, CultureInfo.InvariantCulture, out int number))
            {
                versions[number] = new PolicyVersion(number, version.TextOf(DocumentKeyText) ?? "", version.TextOf(CommentKey));
            }
        }
        return versions.Count == 0 ? null : new TrafficPolicy
        {
            Id = document.Key.Name,
            Name = body.TextOf(NameKey) ?? "",
            Type = RecordTypes.TryParse(body.TextOf(TypeKey) ?? "", out RecordType type) ? type : versions.Values.First().Read().Type,
            Latest = int.TryParse(body.TextOf(LatestKey), CultureInfo.InvariantCulture, out int latest) ? latest : versions.Keys.Max(),
            Versions = versions.ToImmutable(),
            Document = document,
        };
    }

    private static Route53Exception Missing(string id, int? version) => new Route53Error(
        404, "NoSuchTrafficPolicy", $"No traffic policy found with ID {id}{(version is { } number ? $" and version {number}" : "")}.").ToException();
}

/// <summary>A version of a traffic policy.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">The document as it came.</param>
/// <param name="Comment">The client's; null for none.</param>
internal sealed record PolicyVersion(int Number, string Text, string? Comment)
{
    /// <summary>The document, understood: it was looked at when it came.</summary>
    public PolicyDocument Read() => PolicyDocumentReader.Read(Text);
}
