using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Meridian.Control.ChangeLog;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;

namespace Meridian.Control.Route53.Operations;

/// <summary>CIDR collections: named sets of client networks, which record sets are routed by.</summary>
internal sealed partial class CidrOperations(Route53Services services)
{
    private const int NameLengthMax = 63;
    private const int ReferenceLengthMax = 64;
    private const string What = "a CIDR collection";

    // As many blocks as the service takes in one request.
    private const int BlocksPerChangeMax = 1000;

    private static readonly string[] Actions = ["PUT", "DELETE_IF_EXISTS"];

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "cidrcollection", "CreateCidrCollection", CreateAsync),
        Route53Route.Read("cidrcollection", "ListCidrCollections", ListAsync),
        Route53Route.Write("POST", "cidrcollection/{CidrCollectionId}", "ChangeCidrCollection", ChangeAsync),
        Route53Route.Write("DELETE", "cidrcollection/{CidrCollectionId}", "DeleteCidrCollection", DeleteAsync),
        Route53Route.Read("cidrcollection/{CidrCollectionId}", "ListCidrLocations", ListLocationsAsync),
        Route53Route.Read("cidrcollection/{CidrCollectionId}/cidrblocks", "ListCidrBlocks", ListBlocksAsync),
    ];

    private async Task<Route53Reply> CreateAsync(Route53Request request)
    {
        request.CheckShared(What);
        XmlBody wanted = request.Read("CreateCidrCollectionRequest");
        string name = wanted.RequireBounded("Name", 1, NameLengthMax);
        string reference = wanted.RequireBounded("CallerReference", 1, ReferenceLengthMax);
        if (!ValidName().IsMatch(name))
        {
            throw Route53Error.Constraint(name, "name", "Member must satisfy regular expression pattern: [0-9A-Za-z_\\-]+").ToException();
        }
        DocumentKey key = new(DocumentKinds.Collection, name);
        string id = ResourceIds.CreateUuid(services.Random);
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            if (CidrCollection.All(state).FirstOrDefault(collection => collection.Name == name) is not { } known)
            {
                return new ChangeDraft().Put(key, CidrCollection.Write(id, reference, 1, ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty), null);
            }
            // The same request again is answered as the first one was.
            return known.CallerReference == reference
                ? new ChangeDraft()
                : throw new Route53Error(400, "CidrCollectionAlreadyExistsException", $"A CIDR collection with the name {name} already exists.").ToException();
        });
        DirectoryState after = await services.Directory.CurrentAsync(request.Aborted);
        CidrCollection made = CidrCollection.All(after).First(collection => collection.Name == name);
        return Route53Reply.Created("CreateCidrCollectionResponse", $"cidrcollection/{made.CollectionId}", xml => xml.Element("Collection", () => Write(xml, made))) with
        {
            Revision = revision,
            Target = name,
        };
    }

    private async Task<Route53Reply> ChangeAsync(Route53Request request)
    {
        request.CheckShared(What);
        XmlBody wanted = request.Read("ChangeCidrCollectionRequest");
        long? version = wanted.Number("CollectionVersion", 1, long.MaxValue);
        BlockChange[] changes = [.. wanted.List("Changes", "member").Select(ReadChange)];
        if (changes.Length == 0 || changes.Sum(change => change.Blocks.Length) > BlocksPerChangeMax)
        {
            throw Route53Error.InvalidInput($"A change names 1 to {BlocksPerChangeMax} CIDR blocks.").ToException();
        }
        string id = request.Path("CidrCollectionId");
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            CidrCollection collection = CidrCollection.Require(state, id);
            if (version is { } expected && expected != collection.Version)
            {
                throw new Route53Error(
                    409, "CidrCollectionVersionMismatchException", $"The CIDR collection version {expected} does not match the current version {collection.Version}.").ToException();
            }
            ImmutableSortedDictionary<string, ImmutableArray<string>> locations = changes.Aggregate(collection.Locations, Apply);
            return new ChangeDraft().Put(
                collection.Document.Key, CidrCollection.Write(collection.CollectionId, collection.CallerReference, collection.Version + 1, locations), collection.Document);
        });
        return Route53Reply.Ok("ChangeCidrCollectionResponse", xml => xml.Text("Id", ResourceIds.OfChange(revision, services.Random))) with { Revision = revision };
    }

    private async Task<Route53Reply> DeleteAsync(Route53Request request)
    {
        request.CheckShared(What);
        string id = request.Path("CidrCollectionId");
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            CidrCollection collection = CidrCollection.Require(state, id);
            return collection.Locations.IsEmpty
                ? new ChangeDraft().Delete(collection.Document)
                : throw new Route53Error(400, "CidrCollectionInUseException", $"The CIDR collection {id} is not empty.").ToException();
        });
        return Route53Reply.Ok("DeleteCidrCollectionResponse") with { Revision = revision };
    }

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        return Page(request, "ListCidrCollectionsResponse", "CidrCollections", [.. CidrCollection.All(state)], collection => collection.Name, Write);
    }

    private async Task<Route53Reply> ListLocationsAsync(Route53Request request)
    {
        CidrCollection collection = await RequireAsync(request);
        return Page(
            request, "ListCidrLocationsResponse", "CidrLocations", [.. collection.Locations.Keys], location => location, (xml, location) => xml.Text("LocationName", location));
    }

    private async Task<Route53Reply> ListBlocksAsync(Route53Request request)
    {
        CidrCollection collection = await RequireAsync(request);
        string? location = request.Query("location");
        if (location is not null && !collection.Locations.ContainsKey(location))
        {
            throw new Route53Error(404, "NoSuchCidrLocationException", $"The CIDR collection location {location} does not exist.").ToException();
        }
        (string Location, string Block)[] blocks =
        [
            .. collection.Locations.Where(entry => location is null || entry.Key == location)
                .SelectMany(entry => entry.Value.Order(StringComparer.Ordinal).Select(block => (entry.Key, block))),
        ];
        return Page(request, "ListCidrBlocksResponse", "CidrBlocks", blocks, block => $"{block.Location} {block.Block}", (xml, block) =>
        {
            xml.Text("CidrBlock", block.Block);
            xml.Text("LocationName", block.Location);
        });
    }

    private async Task<CidrCollection> RequireAsync(Route53Request request) =>
        CidrCollection.Require(await services.Directory.CurrentAsync(request.Aborted), request.Path("CidrCollectionId"));

    /// <summary>One page; the token is the key of the first item of the next one.</summary>
    private Route53Reply Page<T>(Route53Request request, string root, string wrapper, IReadOnlyList<T> items, Func<T, string> keyOf, Action<XmlReply, T> write)
    {
        int count = request.PageLength("maxresults", services.Limits.Page, out _);
        string? token = request.Query("nexttoken");
        T[] found = [.. items.SkipWhile(item => token is not null && string.CompareOrdinal(keyOf(item), token) < 0).Take(count + 1)];
        return Route53Reply.Ok(root, xml =>
        {
            xml.Text("NextToken", found.Length > count ? keyOf(found[count]) : null);
            xml.List(wrapper, "member", found.Take(count), item => write(xml, item));
        });
    }

    private static void Write(XmlReply xml, CidrCollection collection)
    {
        xml.Text("Arn", collection.Arn);
        xml.Text("Id", collection.CollectionId);
        xml.Text("Name", collection.Name);
        xml.Number("Version", collection.Version);
    }

    private static BlockChange ReadChange(XmlBody change)
    {
        string location = change.RequireBounded("LocationName", 1, 16);
        if (!ValidName().IsMatch(location))
        {
            throw Route53Error.Constraint(location, "locationName", "Member must satisfy regular expression pattern: [0-9A-Za-z_\\-]+").ToException();
        }
        change.Require("Action");
        bool isPut = change.Choice("Action", Actions) == Actions[0];
        return new BlockChange(location, isPut, [.. change.List("CidrList", "Cidr").Select(block => ReadBlock(block.Text.Trim()))]);
    }

    private static string ReadBlock(string text) => IPNetwork.TryParse(text, out IPNetwork network)
        ? network.ToString()
        : throw Route53Error.InvalidInput($"'{text}' is not a CIDR block.").ToException();

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Apply(
        ImmutableSortedDictionary<string, ImmutableArray<string>> locations, BlockChange change)
    {
        ImmutableArray<string> before = locations.GetValueOrDefault(change.Location, []);
        if (!change.IsPut)
        {
            ImmutableArray<string> left = [.. before.Except(change.Blocks)];
            return left.IsEmpty ? locations.Remove(change.Location) : locations.SetItem(change.Location, left);
        }
        foreach ((string location, ImmutableArray<string> blocks) in locations)
        {
            if (location != change.Location && blocks.Intersect(change.Blocks).FirstOrDefault() is { } taken)
            {
                throw new Route53Error(400, "CidrBlockInUseException", $"The CIDR block {taken} is already in the location {location}.").ToException();
            }
        }
        return locations.SetItem(change.Location, [.. before.Union(change.Blocks)]);
    }

    [GeneratedRegex(@"^[0-9A-Za-z_-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();

    private sealed record BlockChange(string Location, bool IsPut, ImmutableArray<string> Blocks);
}
