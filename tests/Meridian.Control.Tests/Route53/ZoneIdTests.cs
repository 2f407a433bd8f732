using System.Net;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using static Meridian.Control.Tests.Route53.Route53UnderTest;

namespace Meridian.Control.Tests.Route53;

/// <summary>One id for one zone, whoever made it and whatever moved: a write to the wrong zone is what this is about.</summary>
[Collection("changes")]
public sealed class ZoneIdTests
{
    private const string Views = "views: {inside: {networks: [10.0.0.0/8]}}";

    private static readonly string NativeId = ResourceIds.Derive(ResourceIds.HostedZone, "native.test");

    [Fact]
    public async Task Put_ZoneWhoseNameGivesTheIdThatMovedAway_IsRefusedAndSaysWhereItIs()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        // A comment over this API writes the id down, and the zone moves with it.
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Post, $"hostedzone/{NativeId}", "<UpdateHostedZoneCommentRequest><Comment>ours</Comment></UpdateHostedZoneCommentRequest>")).Status);
        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(api, [.. Without("native.test"), .. Zone("native.test@inside", NativeId, "inside")]));
        Assert.Equal("true", TextOf((await api.GetAsync($"hostedzone/{NativeId}")).Reply, "PrivateZone"));

        ChangeOutcome outcome = await ApplyAsync(api, [.. Zone("native.test", null)]);

        string error = Assert.Single(Assert.IsType<ChangeOutcome.Invalid>(outcome).Errors).ToString();
        Assert.Contains($"{NativeId}, the id that follows from the name of native.test., is that of the zone native.test.@inside", error, StringComparison.Ordinal);
        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(api, [.. Zone("native.test", "ZOTHER")]));
        Assert.Equal("false", TextOf((await api.GetAsync("hostedzone/ZOTHER")).Reply, "PrivateZone"));
        Assert.Equal("true", TextOf((await api.GetAsync($"hostedzone/{NativeId}")).Reply, "PrivateZone"));
    }

    [Fact]
    public async Task Put_IdThatFollowsFromAnotherZonesName_IsRefused()
    {
        await using Route53UnderTest api = await StartAsync();
        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(api, [.. Zone("other.test", null)]));

        ChangeOutcome outcome = await ApplyAsync(api, [Zone("other.test", NativeId)[0]]);

        string error = Assert.Single(Assert.IsType<ChangeOutcome.Invalid>(outcome).Errors).ToString();
        Assert.Contains($"the id {NativeId} is that of the zone native.test.", error, StringComparison.Ordinal);
        Assert.Equal("native.test.", TextOf((await api.GetAsync($"hostedzone/{NativeId}")).Reply, "Name"));
    }

    [Fact]
    public async Task Move_OfAZoneWithItsId_InEitherDirection_KeepsTheId()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string id = await api.CreateZoneAsync("example.com");
        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(api, [.. Without("example.com"), .. Zone("example.com@inside", id, "inside")]));
        Assert.Equal("true", TextOf((await api.GetAsync($"hostedzone/{id}")).Reply, "PrivateZone"));

        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(api, [.. Zone("example.com", id), .. Without("example.com@inside")]));

        Assert.Equal("false", TextOf((await api.GetAsync($"hostedzone/{id}")).Reply, "PrivateZone"));
    }

    [Fact]
    public void With_LogOfBeforeTheCheck_HidesNoZoneBehindAnother()
    {
        // Three zones that want one id, the last two of them also by their names.
        DocumentKey first = Key("a.test");
        DocumentKey second = Key("b.test");
        DocumentKey third = Key("c.test");
        string id = ResourceIds.Derive(ResourceIds.HostedZone, "b.test");
        DirectoryState state = DirectoryState.Empty
            .With([(first, Document(first, id)), (second, Document(second, id)), (third, Document(third, id))], 1);

        Assert.Equal(3, state.Zones.Count);
        Assert.All(new[] { first, second, third }, key => Assert.Equal(key.Name, state.ZoneNamed(key.Name)?.DocumentName));
        Assert.Equal("a.test", state.RequireZone(id).DocumentName);
        DirectoryState less = state.With([(second, null)], 2).With([(first, null)], 3);
        Assert.Equal(["c.test"], less.Zones.Values.Select(zone => zone.DocumentName));
        Assert.Null(less.ZoneNamed("a.test"));
    }

    [Fact]
    public void With_IdThatChangesHandsInOneRevision_IsWithItsNewZone()
    {
        DocumentKey first = Key("a.test");
        DocumentKey second = Key("b.test");
        DirectoryState state = DirectoryState.Empty.With([(first, Document(first, "Z1")), (second, Document(second, "Z2"))], 1);

        DirectoryState swapped = state.With([(first, Document(first, "Z2")), (second, Document(second, "Z1"))], 2);

        Assert.Equal(("b.test", "a.test"), (swapped.RequireZone("Z1").DocumentName, swapped.RequireZone("Z2").DocumentName));
    }

    [Fact]
    public async Task Lists_MarkerOfAZoneThatTheKeyIsNotFor_IsAsThoughThereWereNone()
    {
        await using Route53UnderTest api = await StartAsync("views: {inside: {networks: [10.0.0.0/8], vpc: {region: eu-west-1, id: vpc-1}}}");
        string hidden = await api.CreateZoneAsync("hidden.test");
        api.Key = api.AddKey("scoped", Role.Editor, "native.test");
        foreach (string marker in (string[])[hidden, $"/hostedzone/{hidden}", "ZNONE"])
        {
            Assert.Equal("NoSuchHostedZone", TextOf((await api.GetAsync($"hostedzone?marker={Uri.EscapeDataString(marker)}")).Reply, "Code"));
            Assert.Equal(
                "InvalidPaginationToken",
                TextOf((await api.GetAsync($"hostedzonesbyvpc?nexttoken={Uri.EscapeDataString(marker)}&vpcid=vpc-1&vpcregion=eu-west-1")).Reply, "Code"));
        }
        Assert.Equal([$"/hostedzone/{NativeId}"], TextsOf((await api.GetAsync($"hostedzone?marker={NativeId}")).Reply, "Id"));
    }

    private static DocumentKey Key(string zone) => new(DocumentKinds.Zone, zone);

    private static Document Document(DocumentKey key, string id) => new(key, 1, DocumentBody.FromText(BodyOf(id, null)));

    private static string BodyOf(string? id, string? view) =>
        "{\"soa\": {\"primary\": \"ns1.example.net.\", \"contact\": \"hostmaster@example.net\"}"
        + (view is null ? "" : $", \"views\": [\"{view}\"]") + (id is null ? "" : $", \"route53\": {{\"id\": \"{id}\"}}") + "}";

    private static DocumentChange[] Zone(string name, string? id, string? view = null) =>
    [
        DocumentChange.Put(Key(name), DocumentBody.FromText(BodyOf(id, view))),
        DocumentChange.Put(new DocumentKey(DocumentKinds.Records, $"{name}/@"), DocumentBody.FromText("""{"NS": "ns1.example.net."}""")),
    ];

    private static DocumentChange[] Without(string name) => name == "native.test"
        ? [DocumentChange.Delete(Key(name)), .. new[] { "@", "ns1", "pool" }.Select(owner => DocumentChange.Delete(new DocumentKey(DocumentKinds.Records, $"{name}/{owner}")))]
        : [DocumentChange.Delete(Key(name)), DocumentChange.Delete(new DocumentKey(DocumentKinds.Records, $"{name}/@"))];

    private static Task<ChangeOutcome> ApplyAsync(Route53UnderTest api, DocumentChange[] changes) => api.Harness.Service.ApplyAsync(
        new ProposedChange { Changes = [.. changes], Author = "ann", Origin = ChangeOrigin.Api, Message = "move", Reason = "the test says so" },
        TestContext.Current.CancellationToken);
}
