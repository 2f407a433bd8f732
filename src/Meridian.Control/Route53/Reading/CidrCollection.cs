using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Reading;

/// <summary>A CIDR collection: the document of a collection of networks, with what only this API shows of it.</summary>
/// <param name="Document">As it was read.</param>
/// <param name="Body">Its content.</param>
internal sealed record CidrCollection(Document Document, MapNode Body)
{
    private const string Id = "id";
    private const string Reference = "caller-reference";
    private const string VersionKey = "version";

    public string Name => Document.Key.Name;

    /// <summary>A UUID; for a collection that was made by another door one that follows from its name.</summary>
    public string CollectionId => Own?.TextOf(Id) ?? Name;

    public string? CallerReference => Own?.TextOf(Reference);

    /// <summary>Counts changes by this API.</summary>
    public long Version => long.TryParse(Own?.TextOf(VersionKey), CultureInfo.InvariantCulture, out long version) ? version : 1;

    public string Arn => $"arn:aws:route53:::cidrcollection/{CollectionId}";

    /// <summary>Its locations with their networks, in the order of their names.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Locations => Body.Entries
        .Where(entry => entry.Key != ZoneMetadata.Key)
        .ToImmutableSortedDictionary(entry => entry.Key, entry => (ImmutableArray<string>)[.. Body.TextsOf(entry.Key)], StringComparer.Ordinal);

    private MapNode? Own => Body.MapOf(ZoneMetadata.Key);

    public static IEnumerable<CidrCollection> All(DirectoryState state) =>
        state.Of(DocumentKinds.Collection).Select(document => HostedZone.BodyOf(document) is { } body ? new CidrCollection(document, body) : null).OfType<CidrCollection>();

    /// <exception cref="Route53Exception">There is none.</exception>
    public static CidrCollection Require(DirectoryState state, string id) =>
        All(state).FirstOrDefault(collection => collection.CollectionId == id)
        ?? throw new Route53Error(404, "NoSuchCidrCollectionException", $"The CIDR collection with id {id} does not exist.").ToException();

    /// <summary>The body of a collection.</summary>
    public static MapNode Write(string id, string? reference, long version, IReadOnlyDictionary<string, ImmutableArray<string>> locations)
    {
        List<MapEntry> own = [Nodes.Entry(Id, Nodes.Text(id))];
        if (reference is not null)
        {
            own.Add(Nodes.Entry(Reference, Nodes.Text(reference)));
        }
        own.Add(Nodes.Entry(VersionKey, Nodes.Plain(version.ToString(CultureInfo.InvariantCulture))));
        return Nodes.Map(
        [
            .. locations.OrderBy(location => location.Key, StringComparer.Ordinal).Select(location => Nodes.Entry(location.Key, Nodes.Texts(location.Value))),
            Nodes.Entry(ZoneMetadata.Key, Nodes.Map(own)),
        ]);
    }
}
