using Meridian.Control.Configuration;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Records, inline and from master files, and what must hold among them.</summary>
public sealed class ZoneTests
{
    [Theory]
    [InlineData("x: {ALIAS: d..example.net.}", "14:15: error: 'd..example.net.' is not a domain name: two dots follow each other: a label cannot be empty")]
    [InlineData("x: {ANAME: x}", "14:15: error: an alias to itself has no addresses")]
    [InlineData("x: {ALIAS: {to: a.example.net., ttl: 5}}", "14:41: error: a duration needs a unit (ms, s, m, h, d, w): write 5s if seconds are meant")]
    [InlineData("x: {ALIAS: a.example.net., AAAA: 2001:db8::1}", "14:31: error: x.example.com. has AAAA records already, at m.yaml:14:8: put them together")]
    [InlineData("x: {CNAME: ns1, ALIAS: a.example.net.}", "14:8: error: x.example.com. has a CNAME beside other records (A at m.yaml:14:20, AAAA at m.yaml:14:20), which RFC 1034 §3.6.2 forbids: use ALIAS instead, or {steer: …} on A and AAAA")]
    [InlineData("x: {AAA: 192.0.2.1}", "14:8: error: 'AAA' is not a record type (did you mean 'AAAA'?)")]
    [InlineData("x: {SOA: x}", "14:8: error: the start of authority is written as the zone's key 'soa'")]
    [InlineData("x: {ANY: x}", "14:8: error: ANY can only be asked for: a zone holds no such records (RFC 6895 §3.1)")]
    [InlineData("x: {A: []}", "14:11: error: expected at least one A record; found an empty list")]
    [InlineData("x: {A: [192.0.2.1, 192.0.2.1]}", "14:23: error: this A record of x.example.com. is here twice; it was first given at m.yaml:14:12")]
    [InlineData("x: {NS: [A.example.net., a.example.NET.]}", "14:29: error: this NS record of x.example.com. is here twice; it was first given at m.yaml:14:13")]
    [InlineData("x: {CNAME: [a, b]}", "14:19: error: x.example.com. has 2 CNAME records: a name has one other name at most (RFC 2181 §10.1)")]
    [InlineData("x.example.net.: {A: 192.0.2.1}", "14:4: error: x.example.net. is outside the zone example.com.")]
    [InlineData("x: {A: {steer: ww}}", "14:19: error: there is no policy 'ww' (did you mean 'www'?)")]
    [InlineData("x: {MX: {steer: www}}", "14:20: error: MX records cannot be steered: only A, AAAA, CNAME, HTTPS, SVCB and TXT can")]
    [InlineData("x: {A: {steer: www, alpn: [h2]}}", "14:30: error: 'alpn' has a meaning only for HTTPS and SVCB records")]
    [InlineData("x: {HTTPS: {steer: www, priority: 0}}", "14:38: error: expected a whole number, 1 to 65535, such as 2; found '0'")]
    [InlineData("x: {A: {ttl: 5s}}", "14:11: error: the key 'steer' is missing: the name of a policy")]
    [InlineData("x: {DNAME: [o.example., m.example.]}", "14:28: error: x.example.com. has 2 DNAME records: a name is redirected to one other at most (RFC 6672 §2.4)")]
    [InlineData("x: {NS: ns1, DNAME: o.example.}", "14:17: error: x.example.com. cannot be redirected by a DNAME: it is delegated at m.yaml:14:8 (RFC 6672 §2.3)")]
    [InlineData("NS1: {A: 192.0.2.54}", "14:10: error: ns1.example.com. has A records already, at m.yaml:13:10: put them together")]
    public void Load_MistakeInRecords_ReportsIt(string owner, string expected) =>
        Assert.Equal([$"m.yaml:{expected}"], TestFiles.Errors(TestFiles.Load(Zone(owner))));

    [Theory]
    [InlineData("x: {A: {data: {steer: www}}}", "14:18: error: expected record data or a list of it, found")]
    [InlineData("x: {A: {data: []}}", "14:18: error: expected at least one A record; found an empty list")]
    [InlineData("x: {A: {data: 192.0.2.1, ttl: no}}", "14:34: error: expected a duration")]
    [InlineData("x: {A: {data: 192.0.2.1, steer: www}}", "14:29: error: unknown key 'steer' in zones.<name>.records.<owner>.<TYPE> with data")]
    public void Load_MistakeInDataWithTtl_ReportsIt(string owner, string expected) =>
        Assert.StartsWith($"m.yaml:{expected}", Assert.Single(TestFiles.Errors(TestFiles.Load(Zone(owner)))), StringComparison.Ordinal);

    [Fact]
    public void Load_IdOfTheRoute53ApiTwice_IsAnErrorThatNamesBothPlaces()
    {
        const string zone = "soa: {primary: ns1.example.net., contact: a@example.net}, records: {'@': {NS: ns1.example.net.}}";
        LoadResult loaded = TestFiles.Load($"zones:\n  a.test: {{{zone}, route53: {{id: Z1}}}}\n  b.test: {{{zone}, route53: {{id: Z2}}}}\n  c.test: {{{zone}, route53: {{id: Z1}}}}\n");

        ConfigurationError error = Assert.Single(loaded.Errors);
        Assert.Equal((4, "zones/c.test./route53/id"), (error.Line, error.Path));
        Assert.Contains("the id Z1 is that of the zone a.test. at ", error.Message, StringComparison.Ordinal);
        Assert.Contains(":2:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.test", "b.test")]
    [InlineData("b.test", "a.test")]
    public void Load_IdThatFollowsFromTheNameOfAnotherZone_IsAnError(string owner, string other)
    {
        const string zone = "soa: {primary: ns1.example.net., contact: a@example.net}, records: {'@': {NS: ns1.example.net.}}";
        string id = ResourceIds.Derive(ResourceIds.HostedZone, owner);
        string[] both = [$"  {owner}: {{{zone}}}", $"  {other}: {{{zone}, route53: {{id: {id}}}}}"];

        LoadResult loaded = TestFiles.Load($"zones:\n{string.Join('\n', both.Order())}\n");

        Assert.Contains(id, Assert.Single(loaded.Errors).Message, StringComparison.Ordinal);
        // It is its own.
        Assert.Empty(TestFiles.Load($"zones:\n  {owner}: {{{zone}, route53: {{id: {id}}}}}\n  {other}: {{{zone}}}\n").Errors);
    }

    [Fact]
    public void Load_AliasAtTheApex_IsBothFamiliesBesideTheOtherRecords()
    {
        LoadResult result = TestFiles.Load(Zone("\"@\": {NS: ns1, TXT: hello, ALIAS: {to: lb, ttl: 20s}}\n   e: {ALIAS: {to: a.example.net., types: A, client-subnet: 192.0.2.0/24}, AAAA: 2001:db8::1}\n   c: {A: {steer: cdn-name}}").Replace("\n   \"@\": {NS: ns1}\n", "\n", StringComparison.Ordinal));
        Assert.Empty(TestFiles.Errors(result));
        RRsetModel[] rrsets = [.. result.Model!.Zones.Values.Single().RRsets];
        Assert.Equal(
            ["example.com. A lb.example.com. 20", "example.com. AAAA lb.example.com. 20", "e.example.com. A a.example.net. "],
            rrsets.Where(rrset => rrset.Outside is not null).Select(rrset => $"{rrset.Owner} {rrset.Type} {rrset.Outside!.Target} {rrset.TtlSeconds}"));
        Assert.Equal("192.0.2.0/24", rrsets.Single(rrset => rrset.Outside?.ClientSubnet is not null).Outside!.ClientSubnet.ToString());
    }

    [Fact]
    public void Load_DataWithTtl_HasItsOwnTtlAndTheOthersTheOwners()
    {
        LoadResult result = TestFiles.Load(Zone("x: {A: {data: [192.0.2.1, 192.0.2.2], ttl: 5s}, TXT: {data: hello}, MX: 10 ns1, ttl: 60s, rotate: true}"));
        Assert.Empty(TestFiles.Errors(result));
        Assert.Empty(result.Warnings);
        RRsetModel[] x = [.. result.Model!.Zones.Values.Single().RRsets.Where(rrset => rrset.Owner == DomainName.Parse("x.example.com."))];
        Assert.Equal(
            [(RecordType.A, 5u, 2), (RecordType.MX, 60u, 1), (RecordType.TXT, 60u, 1)],
            x.Select(rrset => (rrset.Type, rrset.TtlSeconds ?? 0, rrset.Rdata.Length)));
    }

    [Theory]
    [InlineData("x: {CNAME: ns1, TXT: hello}", "14:8", "x.example.com. has a CNAME beside other records (TXT at m.yaml:14:20), which RFC 1034 §3.6.2 forbids")]
    [InlineData("x: {CNAME: {steer: www}}", "14:8", "policy 'www' can answer from the pool 'web-eu', whose members are addresses: a CNAME needs a hostname")]
    [InlineData("x: {HTTPS: {steer: cdn-name}}", "14:8", "policy 'cdn-name' can answer from the pool 'cdn', whose member a.cdn.example. is a hostname: HTTPS has its hints from the addresses of members")]
    [InlineData("x: {A: 192.0.2.300}", "14:11", "'192.0.2.300' is not the data of a record of type A")]
    [InlineData("x: {MX: mail}", "14:12", "'mail' is not the data of a record of type MX")]
    public void Load_MistakeInRecords_ReportsReason(string owner, string position, string expected)
    {
        ConfigurationError error = TestFiles.Load(Zone(owner)).Errors[0];
        Assert.Equal($"m.yaml:{position}", error.Position.ToString());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sub: {NS: ns.sub}", "14:14", "the name server ns.sub.example.com. has no address in this zone")]
    [InlineData("'@x': {A: 192.0.2.1}\n   sub: {NS: ns1}\n   a.sub: {A: 192.0.2.1}", "16:12", "a.sub.example.com. A is never answered: sub.example.com. is delegated at m.yaml:15:10")]
    [InlineData("sub: {NS: ns1, TXT: x}", "14:19", "sub.example.com. TXT is never answered")]
    [InlineData("x: {DNAME: o.example.}\n   a.b.x: {A: 192.0.2.1}", "15:12", "a.b.x.example.com. A is never answered: x.example.com. is redirected by the DNAME at m.yaml:14:8")]
    [InlineData("www.example.com: {A: 192.0.2.1}", "14:4", "stands for www.example.com.example.com.")]
    [InlineData("x: {CNAME: ns1.example.com}", "14:15", "stands for ns1.example.com.example.com.")]
    [InlineData("x: {CNAME: ns1}\n   y: {MX: 10 x}", "15:12", "x.example.com. is a CNAME: an MX record must lead to a name with addresses")]
    public void Load_DoubtfulRecords_Warns(string owners, string position, string expected)
    {
        LoadResult result = TestFiles.Load(Zone(owners));
        Assert.Empty(TestFiles.Errors(result));
        ConfigurationError warning = Assert.Single(result.Warnings);
        Assert.Equal($"m.yaml:{position}", warning.Position.ToString());
        Assert.Contains(expected, warning.Message, StringComparison.Ordinal);
        Assert.Contains(": warning: ", warning.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DelegationWithGlue_HasNoFindings()
    {
        LoadResult result = TestFiles.Load(Zone("sub: {NS: ns.sub, DS: \"1 8 2 " + new string('A', 64) + "\"}\n   ns.sub: {A: 192.0.2.1, AAAA: \"2001:db8::1\"}"));
        Assert.Empty(TestFiles.Errors(result));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void Load_ZoneWithoutNameServersAndSoa_ReportsBoth() =>
        Assert.Equal(
            [
                "m.yaml:1:9: error: the zone has no start of authority: add soa: {primary: ns1, contact: hostmaster@example.com}",
                "m.yaml:1:9: error: the zone has no name servers: add NS records at its apex, such as \"@\": {NS: [ns1, ns2]} (RFC 1034 §4.2.1)",
            ],
            TestFiles.Errors(TestFiles.Load("zones: {example.com: {}}")));

    [Fact]
    public void Load_SameZoneTwice_IsAnError()
    {
        LoadResult result = TestFiles.Load(TestFiles.Base + "  Example.COM.: {soa: {primary: ns1, contact: a.b.}}\n");
        Assert.Contains(result.Errors, error => error.Message.StartsWith("the zone example.com. is here twice; it was first given at m.yaml:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v=spf1 include:example.net; -all", "\"v=spf1 include:example.net; -all\"")]
    [InlineData("\"one\" \"two\"", "\"one\" \"two\"")]
    [InlineData("say \"hi\" \\o/", "\"say \\\"hi\\\" \\\\o/\"")]
    public void Load_Txt_UnquotedValueIsOneText(string value, string expected)
    {
        LoadResult result = TestFiles.Load(Zone($"t: {{TXT: '{value}'}}"));
        Assert.Equal(expected, RdataText.Format(RecordType.TXT, Find(result, "t", RecordType.TXT).Rdata[0].Span));
    }

    [Fact]
    public void Load_LongTxt_IsSplit()
    {
        LoadResult result = TestFiles.Load(Zone($"t: {{TXT: {new string('a', 600)}}}"));
        byte[] rdata = Find(result, "t", RecordType.TXT).Rdata[0].ToArray();
        Assert.Equal(603, rdata.Length);
        Assert.Equal((255, 255, 90), (rdata[0], rdata[256], rdata[512]));
    }

    [Fact]
    public void Load_ZoneFile_IsMergedWithInlineRecords()
    {
        LoadResult result = LoadWithFile(
            """
            $TTL 2h
            @ IN SOA ns1 hostmaster 1 7200 900 1209600 30
              IN NS ns1
            ns1 A 192.0.2.53
            mail 60 A 192.0.2.25
            $INCLUDE more.zone
            """,
            "  www: {A: 192.0.2.80}\n");
        Assert.Empty(TestFiles.Errors(result));
        Assert.Equal(["m.yaml", "zones/e.zone", "zones/more.zone"], result.Files);
        ZoneModel zone = result.Model?.Zones[DomainName.Parse("example.com.")] ?? throw new InvalidOperationException();
        Assert.Equal((30u, 7200u, "hostmaster.example.com."), (zone.Soa.NegativeTtlSeconds, zone.Soa.TtlSeconds, zone.Soa.Contact.ToString()));
        Assert.Equal(60u, Find(result, "mail", RecordType.A).TtlSeconds);
        Assert.Equal(7200u, Find(result, "ns1", RecordType.A).TtlSeconds);
        Assert.Null(Find(result, "www", RecordType.A).TtlSeconds);
        Assert.Single(Find(result, "included", RecordType.TXT).Rdata);
        Assert.DoesNotContain(zone.RRsets, rrset => rrset.Type == RecordType.SOA);
    }

    [Fact]
    public void Load_ZoneFileMistakes_AreAtTheirOwnPlaces()
    {
        LoadResult result = LoadWithFile(
            "@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 192.0.2.53\nbad 60 A 192.0.2.300\nwww 60 A 192.0.2.1\nx.example.net. 60 A 192.0.2.1\nwww 60 SOA a b 1 2 3 4 5\n",
            "  www: {A: 192.0.2.80}\n");
        string[] places = [.. result.Errors.Select(error => error.Position.ToString())];
        Assert.Equal(["zones/e.zone:4:10", "zones/e.zone:5:1", "zones/e.zone:6:1", "zones/e.zone:7:1"], places);
        Assert.Contains("is also an inline record, at m.yaml:5:11", result.Errors[1].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65_535, null)]
    [InlineData(65_536, "zones/e.zone:4:1: error: w.example.com. has 65536 A records: no answer holds more than 65535")]
    public void Load_RecordsOfOneSetThatNoMessageCounts_SaysSo(int count, string? expected)
    {
        IEnumerable<string> records = Enumerable.Range(0, count).Select(i => $"w 60 A 10.0.{i >> 8}.{i & 255}\n");
        LoadResult result = LoadWithFile($"@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 192.0.2.53\n{string.Concat(records)}", "  v: {A: 192.0.2.9}\n");
        Assert.Equal(expected is null ? [] : [expected], TestFiles.Errors(result));
    }

    [Fact]
    public void Load_ZoneFileUnevenTtlsAndDuplicates_Warns()
    {
        LoadResult result = LoadWithFile(
            "@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 192.0.2.53\nw 300 A 192.0.2.1\nw 60 A 192.0.2.2\nw 60 A 192.0.2.1\n", "  v: {A: 192.0.2.9}\n");
        Assert.Empty(TestFiles.Errors(result));
        Assert.Equal(["zones/e.zone:5:1", "zones/e.zone:6:1"], result.Warnings.Select(warning => warning.Position.ToString()));
        Assert.Equal(60u, Find(result, "w", RecordType.A).TtlSeconds);
        Assert.Equal(2, Find(result, "w", RecordType.A).Rdata.Length);
    }

    [Fact]
    public void Load_SoaInlineAndInFile_MustAgree()
    {
        LoadResult result = TestFiles.LoadAll(
            "m.yaml",
            ("m.yaml", "zones:\n   example.com:\n    soa: {primary: ns1, contact: h, negative-ttl: 60s}\n    file: e.zone\n"),
            ("e.zone", "@ 60 SOA ns1 h 1 7200 900 1209600 30\n@ 60 NS ns1\nns1 60 A 192.0.2.53\n"));
        Assert.Equal(
            ["m.yaml:3:10: error: soa says negative-ttl is 60, the master file says 30 at e.zone:1:1: keep one of the two"],
            TestFiles.Errors(result));
    }

    [Fact]
    public void Load_MissingZoneFile_IsAnErrorWhereItIsNamed()
    {
        LoadResult result = TestFiles.LoadAll("m.yaml", ("m.yaml", "zones:\n   example.com:\n    file: nowhere.zone\n"));
        Assert.Equal(["m.yaml:3:11: error: there is no file 'nowhere.zone'"], TestFiles.Errors(result));
        Assert.Equal(["m.yaml", "nowhere.zone"], result.Files);
    }

    [Fact]
    public void Load_ExpiredState_WarnsAndNoLongerApplies()
    {
        LoadResult result = TestFiles.Load(
            "pools: {p: {members: [{address: 192.0.2.1, state: down, reason: x, until: 2026-11-20T11:59Z}]}}\nzones: {}\n");
        Assert.Equal(AdminState.Auto, result.Model?.Pools["p"].Members[0].State);
        Assert.Contains(result.Warnings, warning => warning.Message.Contains("ended at 2026-11-20T11:59Z", StringComparison.Ordinal));
    }

    /// <summary>A valid zone; the owners given begin at line 14, column 4.</summary>
    private static string Zone(string owners) =>
        $$$"""
        # One more record is added at the end.
        pools:
          web-eu: {members: [{address: 192.0.2.1}]}
          cdn: {members: [{hostname: a.cdn.example.}]}
        policies:
          www: {pool: web-eu}
          cdn-name: {pool: cdn}
        zones:
         example.com:
          soa: {primary: ns1, contact: h@example.com}
          records:
           "@": {NS: ns1}
           ns1: {A: 192.0.2.53}
           {{{owners}}}
        """;

    private static LoadResult LoadWithFile(string zoneFile, string records) => TestFiles.LoadAll(
        "m.yaml",
        ("m.yaml", $"zones:\n example.com:\n  file: zones/e.zone\n  records:\n  {records}"),
        ("zones/e.zone", zoneFile),
        ("zones/more.zone", "included TXT \"yes\"\n"));

    private static RRsetModel Find(LoadResult result, string owner, RecordType type)
    {
        ZoneModel zone = result.Model?.Zones.Values.Single() ?? throw new InvalidOperationException(string.Join('\n', TestFiles.Errors(result)));
        return zone.RRsets.Single(rrset => rrset.Owner == DomainName.Parse(owner, zone.Apex) && rrset.Type == type);
    }
}
