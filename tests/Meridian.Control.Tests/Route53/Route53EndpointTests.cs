using System.Globalization;
using System.Net;
using System.Xml.Linq;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using static Meridian.Control.Tests.Route53.Route53UnderTest;

namespace Meridian.Control.Tests.Route53;

[Collection("changes")]
public sealed class Route53EndpointTests
{
    [Fact]
    public async Task CreateHostedZone_New_HasItsTwoSetsAndIsExported()
    {
        await using Route53UnderTest api = await StartAsync();

        (HttpStatusCode status, XElement reply) = await api.SendAsync(
            HttpMethod.Post,
            "hostedzone",
            "<CreateHostedZoneRequest><Name>Example.com</Name><CallerReference>r1</CallerReference><HostedZoneConfig><Comment>ours</Comment></HostedZoneConfig></CreateHostedZoneRequest>");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("example.com.", TextOf(reply, "Name"));
        Assert.Equal("2", TextOf(reply, "ResourceRecordSetCount"));
        Assert.Equal("PENDING", TextOf(reply, "Status"));
        Assert.DoesNotContain(reply.Descendants(), element => element.Name.LocalName == "DelegationSet" && element.Elements().Any(child => child.Name.LocalName == "Id"));
        string? export = await api.Harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains("caller-reference: r1", export, StringComparison.Ordinal);
        Assert.Contains("comment: ours", export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangeResourceRecordSets_Upsert_IsListedVerbatimAndCompiled()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");

        (HttpStatusCode status, _) = await api.ChangeAsync(
            zone,
            ("UPSERT", Set("*.example.com", "CNAME", 60, "www.Test.com")),
            ("CREATE", Set("t.example.com", "TXT", 60, "\"a\\101\" \"b\"")));

        Assert.Equal(HttpStatusCode.OK, status);
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset");
        Assert.Equal(["example.com.", "example.com.", @"\052.example.com.", "t.example.com."], TextsOf(list, "Name"));
        Assert.Contains("www.Test.com", TextsOf(list, "Value"));
        Assert.Contains("\"a\\101\" \"b\"", TextsOf(list, "Value"));
        string? export = await api.Harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains("www.test.com.", export, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("CREATE", "www.example.com", "A", 60, "192.0.2.1", "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]")]
    [InlineData("DELETE", "no.example.com", "A", 60, "192.0.2.1", "[Tried to delete resource record set [name='no.example.com.', type='A'] but it was not found]")]
    [InlineData("DELETE", "www.example.com", "A", 61, "192.0.2.1", "[Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values]")]
    [InlineData("CREATE", "www.example.org", "A", 60, "192.0.2.1", "[RRSet with DNS name www.example.org. is not permitted in zone example.com.]")]
    [InlineData("CREATE", "alias.example.com", "A", 60, "192.0.2.1", "[RRSet of type A with DNS name alias.example.com. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone example.com.]")]
    [InlineData("CREATE", "www.example.com", "CNAME", 60, "a.test", "[RRSet of type CNAME with DNS name www.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.]")]
    [InlineData("CREATE", "example.com", "CNAME", 60, "a.test", "[RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.]")]
    [InlineData("CREATE", "a b.example.com", "A", 60, "192.0.2.1", "[FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with ' ']")]
    [InlineData("CREATE", "", "A", 60, "192.0.2.1", "[FATAL problem: DomainNameEmpty (Domain name is empty) encountered with '']")]
    [InlineData("CREATE", "x.example.com", "A", 60, "v", "[Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'v'']")]
    public async Task ChangeResourceRecordSets_Wrong_SaysSoInTheServicesWords(string action, string name, string type, int ttl, string value, string message)
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1")), ("CREATE", Set("alias.example.com", "CNAME", 60, "a.test")));

        (HttpStatusCode status, XElement reply) = await api.ChangeAsync(zone, (action, Set(name, type, ttl, value)));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("InvalidChangeBatch", TextOf(reply, "Code"));
        Assert.Equal(message, TextOf(reply, "Message"));
    }

    [Fact]
    public async Task ChangeResourceRecordSets_DeleteAndCreateOfOneName_WorksInItsOrder()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1", "192.0.2.2")));

        (HttpStatusCode status, _) = await api.ChangeAsync(
            zone, ("DELETE", Set("www.example.com", "A", 60, "192.0.2.2", "192.0.2.1")), ("CREATE", Set("www.example.com", "CNAME", 60, "a.test.")));
        (_, XElement twice) = await api.ChangeAsync(
            zone, ("DELETE", Set("www.example.com", "CNAME", 60, "a.test")), ("DELETE", Set("www.example.com", "CNAME", 60, "a.test")));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("[Tried to delete resource record set [name='www.example.com.', type='CNAME'] but it was not found]", TextOf(twice, "Message"));
    }

    [Fact]
    public async Task ChangeResourceRecordSets_OneBadOfAThousand_ChangesNothing()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        (string, string)[] changes =
            [.. Enumerable.Range(0, 999).Select(i => ("CREATE", Set($"n{i}.example.com", "A", 60, "192.0.2.1"))), ("DELETE", Set("no.example.com", "A", 60, "192.0.2.1"))];

        (HttpStatusCode status, _) = await api.ChangeAsync(zone, changes);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        (_, XElement after) = await api.GetAsync($"hostedzone/{zone}");
        Assert.Equal("2", TextOf(after, "ResourceRecordSetCount"));
    }

    [Fact]
    public async Task ChangeResourceRecordSets_MoreThanAThousand_IsRefused()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");

        (_, XElement reply) = await api.ChangeAsync(zone, [.. Enumerable.Range(0, 501).Select(i => ("UPSERT", Set($"n{i}.example.com", "A", 60, "192.0.2.1")))]);

        Assert.Equal("[Number of records limit of 1000 exceeded.]", TextOf(reply, "Message"));
    }

    [Fact]
    public async Task ChangeResourceRecordSets_NameThatAPolicyDecides_IsNotTouched()
    {
        await using Route53UnderTest api = await StartAsync();
        (_, XElement zones) = await api.GetAsync("hostedzonesbyname?dnsname=native.test&maxitems=1");
        string zone = TextOf(zones, "Id").Split('/')[^1];

        (_, XElement reply) = await api.ChangeAsync(zone, ("UPSERT", Set("pool.native.test", "A", 60, "192.0.2.1")));

        Assert.Contains("decided by a policy", TextOf(reply, "Message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListResourceRecordSets_InPages_RepeatsAndSkipsNothing()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("redis.db");
        foreach (int[] part in Enumerable.Range(0, 500).Chunk(250))
        {
            (HttpStatusCode status, _) = await api.ChangeAsync(
                zone, [.. part.Select(i => ("UPSERT", Set(string.Create(CultureInfo.InvariantCulture, $"env{i}.redis.db"), "A", 60, "192.0.2.1")))]);
            Assert.Equal(HttpStatusCode.OK, status);
        }

        (_, XElement first) = await api.GetAsync($"hostedzone/{zone}/rrset?maxitems=100");
        (_, XElement second) = await api.GetAsync($"hostedzone/{zone}/rrset?maxitems=300&name={TextOf(first, "NextRecordName")}&type={TextOf(first, "NextRecordType")}");
        (_, XElement third) = await api.GetAsync($"hostedzone/{zone}/rrset?name={TextOf(second, "NextRecordName")}&type={TextOf(second, "NextRecordType")}");

        Assert.Equal("env187.redis.db.", TextOf(first, "NextRecordName"));
        Assert.Equal("env457.redis.db.", TextOf(second, "NextRecordName"));
        Assert.Equal("false", TextOf(third, "IsTruncated"));
        string[] all = [.. TextsOf(first, "Name"), .. TextsOf(second, "Name"), .. TextsOf(third, "Name")];
        Assert.Equal(502, all.Length);
        Assert.Equal(501, all.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task CreateHostedZone_SameReferenceAtOnce_OneIsMade()
    {
        await using Route53UnderTest api = await StartAsync();
        const string Body = "<CreateHostedZoneRequest><Name>race.test</Name><CallerReference>same</CallerReference></CreateHostedZoneRequest>";

        (HttpStatusCode Status, XElement Reply)[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.SendAsync(HttpMethod.Post, "hostedzone", Body)));

        Assert.Single(all, one => one.Status == HttpStatusCode.Created);
        Assert.Equal(7, all.Count(one => one.Status == HttpStatusCode.Conflict && TextOf(one.Reply, "Code") == "HostedZoneAlreadyExists"));
    }

    [Fact]
    public async Task GetChange_BeforeAndAfterServing_GoesFromPendingToInSync()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        (_, XElement change) = await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1")));
        string id = TextOf(change, "Id");
        api.ServedRevision = 1;
        (_, XElement before) = await api.GetAsync(id[1..]);
        api.ServedRevision = null;
        (_, XElement after) = await api.GetAsync(id[1..]);
        (HttpStatusCode unknown, _) = await api.GetAsync(id[1..^1] + (id[^1] == 'X' ? 'Y' : 'X'));

        Assert.Equal("PENDING", TextOf(before, "Status"));
        Assert.Equal("INSYNC", TextOf(after, "Status"));
        Assert.Equal(HttpStatusCode.NotFound, unknown);
    }

    [Fact]
    public async Task Request_KeyOfAnotherZoneOrRole_IsDenied()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        api.Key = api.AddKey("other", Role.Editor, "other.test");
        (HttpStatusCode foreign, _) = await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1")));
        (_, XElement list) = await api.GetAsync("hostedzone");
        api.Key = api.AddKey("reader", Role.Viewer);
        (HttpStatusCode viewer, XElement refusal) = await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1")));

        Assert.Equal(HttpStatusCode.Forbidden, foreign);
        Assert.Empty(TextsOf(list, "HostedZone"));
        Assert.Equal(HttpStatusCode.Forbidden, viewer);
        Assert.Equal("AccessDenied", TextOf(refusal, "Code"));
    }

    [Fact]
    public async Task Request_UnknownOperation_IsAnErrorDocument()
    {
        await using Route53UnderTest api = await StartAsync();

        (HttpStatusCode status, XElement reply) = await api.GetAsync("nothing/of/the/kind");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("ErrorResponse", reply.Name.LocalName);
    }

    [Fact]
    public async Task Tags_OfAZone_AreKeptAndAPrefixedIdIsRefused()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        await api.SendAsync(
            HttpMethod.Post,
            $"tags/hostedzone/{zone}",
            "<ChangeTagsForResourceRequest><AddTags><Tag><Key>team</Key><Value>edge</Value></Tag></AddTags></ChangeTagsForResourceRequest>");

        (_, XElement tags) = await api.GetAsync($"tags/hostedzone/{zone}");
        (HttpStatusCode status, XElement prefixed) = await api.GetAsync($"tags/hostedzone/%2Fhostedzone%2F{zone}");

        Assert.Equal("edge", TextOf(tags, "Value"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Member must have length less than or equal to 32", TextOf(prefixed, "Message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteHostedZone_WithRecords_IsRefusedUntilTheyAreGone()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1")));
        (_, XElement refused) = await api.SendAsync(HttpMethod.Delete, $"hostedzone/{zone}", null);
        await api.ChangeAsync(zone, ("DELETE", Set("www.example.com", "A", 60, "192.0.2.1")));

        (HttpStatusCode status, _) = await api.SendAsync(HttpMethod.Delete, $"hostedzone/{zone}", null);
        (HttpStatusCode gone, XElement reply) = await api.GetAsync($"hostedzone/{zone}");

        Assert.Equal("HostedZoneNotEmpty", TextOf(refused, "Code"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.NotFound, gone);
        Assert.Equal($"No hosted zone found with ID: {zone}", TextOf(reply, "Message"));
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("route53: {guard: true}", HttpStatusCode.BadRequest)]
    public async Task ChangeResourceRecordSets_WipesTheZone_IsForTheGuardOnlyWhereItIsOn(string more, HttpStatusCode expected)
    {
        await using Route53UnderTest api = await StartAsync(more);
        string zone = await api.CreateZoneAsync("example.com");
        await api.ChangeAsync(zone, [.. Enumerable.Range(0, 12).Select(i => ("CREATE", Set($"n{i}.example.com", "A", 60, "192.0.2.1")))]);

        (HttpStatusCode status, XElement reply) = await api.ChangeAsync(
            zone, [.. Enumerable.Range(0, 12).Select(i => ("DELETE", Set($"n{i}.example.com", "A", 60, "192.0.2.1")))]);

        Assert.Equal(expected, status);
        if (expected != HttpStatusCode.OK)
        {
            Assert.Equal("InvalidChangeBatch", TextOf(reply, "Code"));
            Assert.StartsWith("[the guard refuses this change", TextOf(reply, "Message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lists_AfterAChangeByAnotherDoor_ShowIt()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        (_, XElement before) = await api.GetAsync($"hostedzone/{zone}");

        await api.Harness.PutAsync("records", "example.com/www", """{"A": ["192.0.2.5", "192.0.2.6"], "TXT": "one; text"}""");
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset?name=www.example.com");
        (_, XElement after) = await api.GetAsync($"hostedzone/{zone}");

        Assert.Equal(["192.0.2.5", "192.0.2.6", "\"one; text\""], TextsOf(list, "Value"));
        Assert.Equal(("2", "4"), (TextOf(before, "ResourceRecordSetCount"), TextOf(after, "ResourceRecordSetCount")));
    }

    [Fact]
    public async Task UpsertOfTheStartOfAuthority_IsWrittenToTheZone()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");

        (HttpStatusCode status, _) = await api.ChangeAsync(
            zone, ("UPSERT", Set("example.com", "SOA", 600, "ns9.example.net hostmaster.example.net 7 1000 200 3000 40")));
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset?name=example.com&type=SOA&maxitems=1");
        (HttpStatusCode refused, _) = await api.ChangeAsync(
            zone, ("DELETE", Set("example.com", "SOA", 600, "ns9.example.net hostmaster.example.net 7 1000 200 3000 40")));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ns9.example.net hostmaster.example.net 7 1000 200 3000 40", TextOf(list, "Value"));
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.Equal(40u, api.Harness.Service.Model!.Zones[Meridian.Dns.Names.DomainName.Parse("example.com.")].Soa.NegativeTtlSeconds);
    }

    [Fact]
    public async Task GetChange_OfAZoneThatTheKeyIsNotFor_IsDenied()
    {
        await using Route53UnderTest api = await StartAsync();
        string mine = await api.CreateZoneAsync("mine.test");
        string other = await api.CreateZoneAsync("other.test");
        string Id(XElement reply) => TextOf(reply, "Id").Split('/')[^1];
        string ofMine = Id((await api.ChangeAsync(mine, ("CREATE", Set("www.mine.test", "A", 60, "192.0.2.1")))).Reply);
        string ofOther = Id((await api.ChangeAsync(other, ("CREATE", Set("www.other.test", "A", 60, "192.0.2.1")))).Reply);
        api.Key = api.AddKey("scoped", Role.Editor, "mine.test");

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"change/{ofMine}")).Status);
        (HttpStatusCode status, XElement denied) = await api.GetAsync($"change/{ofOther}");
        Assert.Equal((HttpStatusCode.Forbidden, "AccessDenied"), (status, TextOf(denied, "Code")));
    }

    [Fact]
    public async Task CreateHostedZone_EscapedDotInTheName_IsNoZoneBelow()
    {
        await using Route53UnderTest api = await StartAsync();
        api.Key = api.AddKey("scoped", Role.Editor, "*.example.com");

        (HttpStatusCode status, XElement denied) = await api.SendAsync(
            HttpMethod.Post,
            "hostedzone",
            @"<CreateHostedZoneRequest><Name>evil\056example.com</Name><CallerReference>r</CallerReference></CreateHostedZoneRequest>");

        Assert.Equal((HttpStatusCode.Forbidden, "AccessDenied"), (status, TextOf(denied, "Code")));
    }

    [Fact]
    public async Task Check_IdOfAZoneThatWasCopied_NamesBothPlaces()
    {
        await using Route53UnderTest api = await StartAsync();
        string id = await api.CreateZoneAsync("first.test");
        string copy = $$$"""{"soa": {"primary": "ns1", "contact": "hostmaster@copy.test"}, "route53": {"id": "{{{id}}}"}}""";

        ChangeOutcome outcome = await api.Harness.Service.ApplyAsync(
            new ProposedChange
            {
                Changes =
                [
                    DocumentChange.Put(new DocumentKey(DocumentKinds.Zone, "copy.test"), DocumentBody.FromText(copy)),
                    DocumentChange.Put(new DocumentKey(DocumentKinds.Records, "copy.test/@"), DocumentBody.FromText("""{"NS": "ns1.example.net."}""")),
                ],
                Author = "tool",
                Origin = ChangeOrigin.Api,
                Message = "copy",
            },
            TestContext.Current.CancellationToken);

        string error = Assert.Single(Assert.IsType<ChangeOutcome.Invalid>(outcome).Errors).ToString();
        Assert.Contains("zone copy.test", error, StringComparison.Ordinal);
        Assert.Contains($"the id {id} is that of the zone first.test.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Healthy", "when-unseen: up")]
    [InlineData("Unhealthy", "when-unseen: down")]
    [InlineData("LastKnownStatus", null)]
    public async Task CreateHealthCheck_InsufficientData_IsWhatTheMonitorSaysUnseen(string status, string? key)
    {
        await using Route53UnderTest api = await StartAsync("vantage: {name: us-east-1}");
        string Config(string more) => $"<HealthCheckConfig><Type>TCP</Type><IPAddress>127.0.0.1</IPAddress><Port>9</Port>{more}</HealthCheckConfig>";

        (HttpStatusCode code, XElement made) = await api.SendAsync(
            HttpMethod.Post,
            "healthcheck",
            $"<CreateHealthCheckRequest><CallerReference>r</CallerReference>{Config($"<InsufficientDataHealthStatus>{status}</InsufficientDataHealthStatus>")}</CreateHealthCheckRequest>");
        (_, XElement wrong) = await api.SendAsync(
            HttpMethod.Post,
            "healthcheck",
            $"<CreateHealthCheckRequest><CallerReference>s</CallerReference>{Config("<InsufficientDataHealthStatus>Unknown</InsufficientDataHealthStatus>")}</CreateHealthCheckRequest>");

        Assert.True(code == HttpStatusCode.Created, made.ToString());
        Assert.Equal(status, TextOf(made, "InsufficientDataHealthStatus"));
        Assert.Equal("InvalidInput", TextOf(wrong, "Code"));
        string export = await api.Harness.Service.ExportAsync(null, TestContext.Current.CancellationToken) ?? "";
        Assert.Contains("18%", export, StringComparison.Ordinal);
        Assert.Equal(key is not null, export.Contains(key ?? "when-unseen", StringComparison.Ordinal));
    }
}
