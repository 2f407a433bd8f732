using System.Net;
using System.Xml.Linq;
using static Meridian.Control.Tests.Route53.Route53UnderTest;

namespace Meridian.Control.Tests.Route53;

/// <summary>CIDR collections, from their making to record sets that go by them.</summary>
public sealed class CidrTests
{
    [Fact]
    public async Task Collection_Life_IsAsTheServiceTellsIt()
    {
        await using Route53UnderTest api = await StartAsync();
        const string create = "<CreateCidrCollectionRequest><Name>offices</Name><CallerReference>r1</CallerReference></CreateCidrCollectionRequest>";
        (HttpStatusCode status, XElement made) = await api.SendAsync(HttpMethod.Post, "cidrcollection", create);
        Assert.Equal((HttpStatusCode.Created, "1"), (status, TextOf(made, "Version")));
        string id = TextOf(made, "Id");

        (_, XElement again) = await api.SendAsync(HttpMethod.Post, "cidrcollection", create);
        Assert.Equal(id, TextOf(again, "Id"));
        (_, XElement other) = await api.SendAsync(HttpMethod.Post, "cidrcollection", create.Replace("r1", "r2", StringComparison.Ordinal));
        Assert.Equal("CidrCollectionAlreadyExistsException", TextOf(other, "Code"));

        (status, _) = await ChangeAsync(api, id, "PUT", "paris", "192.0.2.0/24", "2001:db8::/48");
        Assert.Equal(HttpStatusCode.OK, status);
        (_, XElement stale) = await ChangeAsync(api, id, "PUT", "rome", version: 1, "198.51.100.0/24");
        Assert.Equal("CidrCollectionVersionMismatchException", TextOf(stale, "Code"));
        (_, XElement twice) = await ChangeAsync(api, id, "PUT", "rome", "192.0.2.0/24");
        Assert.Equal("CidrBlockInUseException", TextOf(twice, "Code"));
        (_, XElement blocks) = await api.GetAsync($"cidrcollection/{id}/cidrblocks");
        Assert.Equal(["192.0.2.0/24", "2001:db8::/48"], TextsOf(blocks, "CidrBlock"));
        (_, XElement nowhere) = await api.GetAsync($"cidrcollection/{id}/cidrblocks?location=rome");
        Assert.Equal("NoSuchCidrLocationException", TextOf(nowhere, "Code"));

        string zone = await api.CreateZoneAsync("example.com");
        (status, _) = await api.ChangeAsync(zone, ("CREATE", Routed(id, "paris", "p")), ("CREATE", Routed(id, "*", "rest")));
        Assert.Equal(HttpStatusCode.OK, status);
        (_, XElement used) = await ChangeAsync(api, id, "DELETE_IF_EXISTS", "paris", "192.0.2.0/24", "2001:db8::/48");
        Assert.Contains("has no location 'paris'", TextOf(used, "Message"), StringComparison.Ordinal);
        (_, XElement full) = await api.SendAsync(HttpMethod.Delete, $"cidrcollection/{id}", null);
        Assert.Equal("CidrCollectionInUseException", TextOf(full, "Code"));
        (status, XElement gone) = await api.GetAsync("cidrcollection/no-such-id");
        Assert.Equal((HttpStatusCode.NotFound, "NoSuchCidrCollectionException"), (status, TextOf(gone, "Code")));
    }

    private static Task<(HttpStatusCode Status, XElement Reply)> ChangeAsync(Route53UnderTest api, string id, string action, string location, params string[] blocks) =>
        ChangeAsync(api, id, action, location, null, blocks);

    private static Task<(HttpStatusCode Status, XElement Reply)> ChangeAsync(
        Route53UnderTest api, string id, string action, string location, int? version, params string[] blocks)
    {
        string cidrs = string.Concat(blocks.Select(block => $"<Cidr>{block}</Cidr>"));
        string expected = version is null ? "" : $"<CollectionVersion>{version}</CollectionVersion>";
        return api.SendAsync(
            HttpMethod.Post,
            $"cidrcollection/{id}",
            $"<ChangeCidrCollectionRequest>{expected}<Changes><member><LocationName>{location}</LocationName><Action>{action}</Action><CidrList>{cidrs}</CidrList></member></Changes></ChangeCidrCollectionRequest>");
    }

    private static string Routed(string id, string location, string identifier) =>
        $"<Name>www.example.com</Name><Type>A</Type><SetIdentifier>{identifier}</SetIdentifier><CidrRoutingConfig><CollectionId>{id}</CollectionId><LocationName>{location}</LocationName></CidrRoutingConfig>"
        + "<TTL>60</TTL><ResourceRecords><ResourceRecord><Value>192.0.2.1</Value></ResourceRecord></ResourceRecords>";
}
