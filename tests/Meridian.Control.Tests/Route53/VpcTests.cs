using System.Globalization;
using System.Net;
using System.Xml.Linq;
using Meridian.Control.Access;
using Meridian.Engine.Model;
using static Meridian.Control.Tests.Route53.Route53UnderTest;

namespace Meridian.Control.Tests.Route53;

/// <summary>Private hosted zones: VPCs that stand for views, and what clients of each are answered.</summary>
[Collection("changes")]
public sealed class VpcTests
{
    private const string Views =
        """
        views:
          shop: {networks: [10.1.0.0/16], vpc: {region: eu-west-1, id: vpc-shop}}
          lab: {networks: [10.9.0.0/16], vpc: {region: us-east-1, id: vpc-lab}}
          office: {networks: [192.0.2.0/24]}
        """;

    [Fact]
    public async Task CreateHostedZone_WithVpc_IsPrivateBesideAPublicOneOfTheName()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string open = await api.CreateZoneAsync("example.com");

        (HttpStatusCode status, XElement reply) = await CreatePrivateAsync(api, "example.com", "eu-west-1", "vpc-shop");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("true", TextOf(reply, "PrivateZone"));
        Assert.Equal(("eu-west-1", "vpc-shop"), (TextOf(reply, "VPCRegion"), TextOf(reply, "VPCId")));
        Assert.DoesNotContain(reply.Descendants(), element => element.Name.LocalName == "DelegationSet");
        string inside = TextOf(reply, "Id").Split('/')[^1];
        (_, XElement got) = await api.GetAsync($"hostedzone/{inside}");
        Assert.Equal(["vpc-shop"], TextsOf(got, "VPCId"));
        Assert.DoesNotContain(got.Descendants(), element => element.Name.LocalName == "DelegationSet");
        (_, XElement list) = await api.GetAsync("hostedzone?hostedzonetype=PrivateHostedZone");
        Assert.Equal([$"/hostedzone/{inside}"], TextsOf(list, "Id"));
        (_, XElement byName) = await api.GetAsync("hostedzonesbyname?dnsname=example.com");
        Assert.Equal(new[] { open, inside }.Order(StringComparer.Ordinal), TextsOf(byName, "Id").Take(2).Select(id => id.Split('/')[^1]));
        string? export = await api.Harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains($"\"example.com@{inside}\":", export, StringComparison.Ordinal);
        // What it exports is what it has.
        Assert.IsType<Meridian.Control.Changes.ChangeOutcome.Unchanged>(await api.Harness.ApplyYamlAsync(export!));
    }

    [Fact]
    public async Task ChangeResourceRecordSets_InTwoZonesOfOneName_AreAnsweredApart()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string open = await api.CreateZoneAsync("example.com");
        string inside = await PrivateAsync(api, "example.com", "eu-west-1", "vpc-shop");
        await api.ChangeAsync(open, ("CREATE", Set("www.example.com", "A", 60, "203.0.113.1")));

        (HttpStatusCode status, _) = await api.ChangeAsync(
            inside,
            ("CREATE", Set("www.example.com", "A", 60, "10.1.0.80")),
            ("CREATE", $"<Name>example.com</Name><Type>A</Type><AliasTarget><HostedZoneId>{inside}</HostedZoneId><DNSName>www.example.com</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>"));

        Assert.Equal(HttpStatusCode.OK, status);
        await api.Harness.ServedAsync(api.Harness.Log.Head!.Number);
        Assert.Equal(["10.1.0.80"], await TestAsync(api, inside, "www.example.com", "10.1.2.3"));
        Assert.Equal(["10.1.0.80"], await TestAsync(api, inside, "example.com", "10.1.2.3"));
        // Whoever asks without a resolver is somebody who sees the zone,
        Assert.Equal(["10.1.0.80"], await TestAsync(api, inside, "www.example.com", null));
        Assert.Equal(["203.0.113.1"], await TestAsync(api, open, "www.example.com", null));
        // and a resolver outside is told what it would be told.
        Assert.Equal(["203.0.113.1"], await TestAsync(api, inside, "www.example.com", "198.51.100.1"));
        // The alias is of its own zone in lists too.
        (_, XElement sets) = await api.GetAsync($"hostedzone/{inside}/rrset");
        Assert.Equal([inside], TextsOf(sets, "HostedZoneId"));
    }

    [Fact]
    public async Task TestDnsAnswer_ThisHostIsInAView_AnswersFromTheZoneThatWasAsked()
    {
        await using Route53UnderTest api = await StartAsync("views: {here: {networks: [127.0.0.0/8], vpc: {region: eu-west-1, id: vpc-here}}}");
        string open = await api.CreateZoneAsync("example.com");
        string inside = await PrivateAsync(api, "example.com", "eu-west-1", "vpc-here");
        string below = await PrivateAsync(api, "corp.example.com", "eu-west-1", "vpc-here");
        await api.ChangeAsync(open, ("CREATE", Set("www.example.com", "A", 60, "203.0.113.1")));
        await api.ChangeAsync(inside, ("CREATE", Set("www.example.com", "A", 60, "10.1.0.80")));
        await api.ChangeAsync(below, ("CREATE", Set("db.corp.example.com", "A", 60, "10.1.0.5")));
        await api.Harness.ServedAsync(api.Harness.Log.Head!.Number);

        Assert.Equal(["203.0.113.1"], await TestAsync(api, open, "www.example.com", null));
        Assert.Empty(await TestAsync(api, open, "db.corp.example.com", null));
        Assert.Equal(["10.1.0.80"], await TestAsync(api, inside, "www.example.com", null));
        Assert.Equal(["10.1.0.5"], await TestAsync(api, below, "db.corp.example.com", null));
    }

    [Fact]
    public async Task ListHostedZonesByVpc_PageByPage_ShowsEveryZoneOnceWithAndWithoutAPath()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string[] zones = [await PrivateAsync(api, "a.test", "eu-west-1", "vpc-shop"), await PrivateAsync(api, "b.test", "eu-west-1", "vpc-shop")];
        const string List = "hostedzonesbyvpc?maxitems=1{0}&vpcid=vpc-shop&vpcregion=eu-west-1";
        (_, XElement first) = await api.GetAsync(string.Format(CultureInfo.InvariantCulture, List, ""));
        string next = TextOf(first, "NextToken");
        foreach (string token in (string[])[next, $"/hostedzone/{next}"])
        {
            (_, XElement second) = await api.GetAsync(string.Format(CultureInfo.InvariantCulture, List, $"&nexttoken={Uri.EscapeDataString(token)}"));
            Assert.Equal(zones.Order(StringComparer.Ordinal), TextsOf(first, "HostedZoneId").Concat(TextsOf(second, "HostedZoneId")));
        }
    }

    [Fact]
    public async Task Associate_AndDisassociate_SayWhoSeesTheZone()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string zone = await PrivateAsync(api, "corp.test", "eu-west-1", "vpc-shop");

        (HttpStatusCode status, XElement reply) = await AssociateAsync(api, zone, "us-east-1", "vpc-lab");
        Assert.Equal((HttpStatusCode.OK, "PENDING"), (status, TextOf(reply, "Status")));
        Assert.StartsWith("/change/", TextOf(reply, "Id"), StringComparison.Ordinal);
        Assert.Equal(["vpc-lab", "vpc-shop"], TextsOf((await api.GetAsync($"hostedzone/{zone}")).Reply, "VPCId"));
        (_, XElement byVpc) = await api.GetAsync("hostedzonesbyvpc?vpcid=vpc-lab&vpcregion=us-east-1");
        Assert.Equal([zone], TextsOf(byVpc, "HostedZoneId"));
        Assert.Equal(["corp.test."], TextsOf(byVpc, "Name"));
        (_, XElement limit) = await api.GetAsync($"hostedzonelimit/{zone}/MAX_VPCS_ASSOCIATED_BY_ZONE");
        Assert.Equal(("300", "2"), (TextOf(limit, "Value"), TextOf(limit, "Count")));

        Assert.Equal(HttpStatusCode.OK, (await DisassociateAsync(api, zone, "eu-west-1", "vpc-shop")).Status);
        ModelList<string> views = api.Harness.Service.Model!.Zones.Values.Single(found => found.Apex.ToString() == "corp.test.").Views;
        Assert.Equal(["lab"], views);
        Assert.Empty(TextsOf((await api.GetAsync("hostedzonesbyvpc?vpcid=vpc-shop&vpcregion=eu-west-1")).Reply, "HostedZoneId"));
    }

    [Fact]
    public async Task Errors_OfEachOperation_HaveTheServicesCodes()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string open = await api.CreateZoneAsync("example.com");
        string zone = await PrivateAsync(api, "corp.test", "eu-west-1", "vpc-shop");

        AssertError(await AssociateAsync(api, open, "eu-west-1", "vpc-shop"), 400, "PublicZoneVPCAssociation");
        AssertError(await AssociateAsync(api, "Z0", "eu-west-1", "vpc-shop"), 404, "NoSuchHostedZone");
        AssertError(await AssociateAsync(api, zone, "eu-west-1", "vpc-shop"), 400, "ConflictingDomainExists");
        XElement unknown = AssertError(await AssociateAsync(api, zone, "eu-west-1", "vpc-nobody"), 400, "InvalidVPCId");
        Assert.StartsWith("The VPC ID is invalid.", TextOf(unknown, "Message"), StringComparison.Ordinal);
        Assert.Contains("vpc: {region: eu-west-1, id: vpc-nobody}", TextOf(unknown, "Message"), StringComparison.Ordinal);
        // The id alone is not the VPC: regions have ids of their own.
        AssertError(await AssociateAsync(api, zone, "us-east-1", "vpc-shop"), 400, "InvalidVPCId");
        AssertError(await DisassociateAsync(api, zone, "us-east-1", "vpc-lab"), 404, "VPCAssociationNotFound");
        AssertError(await DisassociateAsync(api, zone, "eu-west-1", "vpc-shop"), 400, "LastVPCAssociation");
        AssertError(await CreatePrivateAsync(api, "corp.test", "eu-west-1", "vpc-shop"), 400, "ConflictingDomainExists");
        AssertError(await CreatePrivateAsync(api, "other.test", "eu-west-1", "vpc-nobody"), 400, "InvalidVPCId");
        AssertError(await AuthorizeAsync(api, zone, "eu-west-1", "vpc-nobody"), 400, "InvalidVPCId");
        AssertError(await AuthorizeAsync(api, open, "eu-west-1", "vpc-shop"), 400, "InvalidInput");
        AssertError(await DeauthorizeAsync(api, zone, "eu-west-1", "vpc-shop"), 404, "VPCAssociationAuthorizationNotFound");
        AssertError(await api.GetAsync("hostedzonesbyvpc?vpcid=vpc-lab&vpcregion=us-east-1&nexttoken=Znone"), 400, "InvalidPaginationToken");
        AssertError(await api.SendAsync(HttpMethod.Post, "hostedzone", "<CreateHostedZoneRequest><Name>p.test</Name><CallerReference>p</CallerReference><HostedZoneConfig><PrivateZone>true</PrivateZone></HostedZoneConfig></CreateHostedZoneRequest>"), 400, "InvalidInput");
        // Another zone of the name is possible for other clients.
        Assert.Equal(HttpStatusCode.Created, (await CreatePrivateAsync(api, "corp.test", "us-east-1", "vpc-lab")).Status);
    }

    [Fact]
    public async Task Authorizations_AreKeptListedAndTakenBack()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string zone = await PrivateAsync(api, "corp.test", "eu-west-1", "vpc-shop");
        (HttpStatusCode status, XElement made) = await AuthorizeAsync(api, zone, "us-east-1", "vpc-lab");
        Assert.Equal((HttpStatusCode.OK, zone, "vpc-lab"), (status, TextOf(made, "HostedZoneId"), TextOf(made, "VPCId")));
        await AuthorizeAsync(api, zone, "us-east-1", "vpc-lab");
        await AuthorizeAsync(api, zone, "eu-west-1", "vpc-shop");

        (_, XElement first) = await api.GetAsync($"hostedzone/{zone}/authorizevpcassociation?maxresults=1");
        Assert.Equal(["vpc-shop"], TextsOf(first, "VPCId"));
        (_, XElement second) = await api.GetAsync($"hostedzone/{zone}/authorizevpcassociation?maxresults=1&nexttoken={Uri.EscapeDataString(TextOf(first, "NextToken"))}");
        Assert.Equal(["vpc-lab"], TextsOf(second, "VPCId"));
        Assert.Empty(TextsOf(second, "NextToken"));
        Assert.Equal(HttpStatusCode.OK, (await DeauthorizeAsync(api, zone, "us-east-1", "vpc-lab")).Status);
        Assert.Equal(["vpc-shop"], TextsOf((await api.GetAsync($"hostedzone/{zone}/authorizevpcassociation")).Reply, "VPCId"));
    }

    [Fact]
    public async Task Alias_IntoAZoneThatNotAllClientsSee_IsRefused()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string open = await api.CreateZoneAsync("example.com");
        string inside = await PrivateAsync(api, "corp.test", "eu-west-1", "vpc-shop");
        await api.ChangeAsync(inside, ("CREATE", Set("db.corp.test", "A", 60, "10.1.0.5")));

        XElement refused = AssertError(
            await api.ChangeAsync(open, ("CREATE", $"<Name>db.example.com</Name><Type>A</Type><AliasTarget><HostedZoneId>{inside}</HostedZoneId><DNSName>db.corp.test</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>")),
            400,
            "InvalidChangeBatch");

        Assert.Contains("not all clients of this zone see that one", TextOf(refused, "Message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfOneOfTwoZonesOfAName_LeavesTheOther()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string open = await api.CreateZoneAsync("example.com");
        string inside = await PrivateAsync(api, "example.com", "eu-west-1", "vpc-shop");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Delete, $"hostedzone/{inside}", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"hostedzone/{open}")).Status);
        AssertError(await api.GetAsync($"hostedzone/{inside}"), 404, "NoSuchHostedZone");
    }

    [Fact]
    public async Task Keys_OfSomeZones_HoldForAllZonesOfTheName()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string inside = await PrivateAsync(api, "example.com", "eu-west-1", "vpc-shop");
        api.Key = api.AddKey("scoped", Role.Editor, "example.com");
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"hostedzone/{inside}")).Status);
        api.Key = api.AddKey("other", Role.Editor, "other.test");
        AssertError(await api.GetAsync($"hostedzone/{inside}"), 403, "AccessDenied");
    }

    private static Task<(HttpStatusCode Status, XElement Reply)> CreatePrivateAsync(Route53UnderTest api, string name, string region, string id) => api.SendAsync(
        HttpMethod.Post,
        "hostedzone",
        $"<CreateHostedZoneRequest><Name>{name}</Name><VPC><VPCRegion>{region}</VPCRegion><VPCId>{id}</VPCId></VPC><CallerReference>{name} {id}</CallerReference><HostedZoneConfig><PrivateZone>true</PrivateZone></HostedZoneConfig></CreateHostedZoneRequest>");

    private static async Task<string> PrivateAsync(Route53UnderTest api, string name, string region, string id)
    {
        (HttpStatusCode status, XElement reply) = await CreatePrivateAsync(api, name, region, id);
        Assert.Equal(HttpStatusCode.Created, status);
        return TextOf(reply, "Id").Split('/')[^1];
    }

    [Fact]
    public async Task KeyOfAnotherZone_AsksForPrivateNames_LearnsNothing()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string open = await api.CreateZoneAsync("example.com");
        string inside = await PrivateAsync(api, "corp.example.com", "eu-west-1", "vpc-shop");
        await api.ChangeAsync(inside, ("CREATE", Set("db.corp.example.com", "A", 60, "10.1.0.5")));
        await api.ChangeAsync(open, ("CREATE", Set("own.example.com", "CNAME", 60, "db.corp.example.com")));
        await api.Harness.ServedAsync(api.Harness.Log.Head!.Number);
        api.Key = api.AddKey("web", Role.Editor, "example.com");

        // By the address of a resolver inside, directly and by a name of its own.
        AssertError(await api.GetAsync($"testdnsanswer?hostedzoneid={open}&recordname=db.corp.example.com&recordtype=A&resolverip=10.1.2.3"), 403, "AccessDenied");
        AssertError(await api.GetAsync($"testdnsanswer?hostedzoneid={open}&recordname=own.example.com&recordtype=A&resolverip=10.1.2.3"), 403, "AccessDenied");
        Assert.Empty(await TestAsync(api, open, "db.corp.example.com", "198.51.100.1"));
        // A target that is there and one that is not look alike.
        XElement there = AssertError(await AliasAsync(api, open, inside, "db.corp.example.com"), 400, "InvalidChangeBatch");
        XElement missing = AssertError(await AliasAsync(api, open, inside, "no.corp.example.com"), 400, "InvalidChangeBatch");
        Assert.Equal(TextOf(missing, "Message").Replace("no.corp", "db.corp", StringComparison.Ordinal), TextOf(there, "Message"));
    }

    [Fact]
    public async Task KeyOfAPrivateZone_AliasIntoAnotherPrivateZoneByAForeignId_LearnsNothing()
    {
        await using Route53UnderTest api = await StartAsync(Views);
        string own = await PrivateAsync(api, "example.com", "eu-west-1", "vpc-shop");
        string others = await PrivateAsync(api, "corp.test", "eu-west-1", "vpc-shop");
        await api.ChangeAsync(others, ("CREATE", Set("db.corp.test", "A", 60, "10.1.0.5")));
        api.Key = api.AddKey("web", Role.Editor, "example.com");

        // An alias goes by its target's name: the id of a load balancer elsewhere is no way around.
        foreach (string target in (string[])["db.corp.test", "no.corp.test"])
        {
            XElement refused = AssertError(await AliasAsync(api, own, "Z35SXDOTRQ7X7K", target), 400, "InvalidChangeBatch");
            Assert.Contains($"the alias leads nowhere: {target}. is in no zone that its author may read", TextOf(refused, "Message"), StringComparison.Ordinal);
        }
    }

    private static Task<(HttpStatusCode Status, XElement Reply)> AliasAsync(Route53UnderTest api, string zone, string targetZone, string target) =>
        api.ChangeAsync(
            zone,
            ("CREATE", $"<Name>alias.example.com</Name><Type>A</Type><AliasTarget><HostedZoneId>{targetZone}</HostedZoneId><DNSName>{target}</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>"));

    private static Task<(HttpStatusCode Status, XElement Reply)> AssociateAsync(Route53UnderTest api, string zone, string region, string id) =>
        SendAsync(api, zone, "associatevpc", "AssociateVPCWithHostedZoneRequest", region, id);

    private static Task<(HttpStatusCode Status, XElement Reply)> DisassociateAsync(Route53UnderTest api, string zone, string region, string id) =>
        SendAsync(api, zone, "disassociatevpc", "DisassociateVPCFromHostedZoneRequest", region, id);

    private static Task<(HttpStatusCode Status, XElement Reply)> AuthorizeAsync(Route53UnderTest api, string zone, string region, string id) =>
        SendAsync(api, zone, "authorizevpcassociation", "CreateVPCAssociationAuthorizationRequest", region, id);

    private static Task<(HttpStatusCode Status, XElement Reply)> DeauthorizeAsync(Route53UnderTest api, string zone, string region, string id) =>
        SendAsync(api, zone, "deauthorizevpcassociation", "DeleteVPCAssociationAuthorizationRequest", region, id);

    private static Task<(HttpStatusCode Status, XElement Reply)> SendAsync(Route53UnderTest api, string zone, string path, string root, string region, string id) =>
        api.SendAsync(
            HttpMethod.Post,
            $"hostedzone/{zone}/{path}",
            $"<{root} xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><VPC><VPCRegion>{region}</VPCRegion><VPCId>{id}</VPCId></VPC></{root}>");

    private static async Task<string[]> TestAsync(Route53UnderTest api, string zone, string name, string? resolver)
    {
        (HttpStatusCode status, XElement reply) = await api.GetAsync(
            $"testdnsanswer?hostedzoneid={zone}&recordname={name}&recordtype=A{(resolver is null ? "" : $"&resolverip={resolver}")}");
        Assert.Equal(HttpStatusCode.OK, status);
        return TextsOf(reply, "RecordDataEntry");
    }

    private static XElement AssertError((HttpStatusCode Status, XElement Reply) answer, int status, string code)
    {
        Assert.Equal((status, code), ((int)answer.Status, TextOf(answer.Reply, "Code")));
        return answer.Reply;
    }
}
