using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Observing;
using Meridian.Control.Tests.Configuration;
using Meridian.Control.Transfers;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Changes;

/// <summary>Zones of one name as documents: in and out again, one by one, and over a restart.</summary>
[Collection("changes")]
public sealed class ViewDocumentTests
{
    private const string Yaml =
        """
        views:
          inside: {networks: [10.0.0.0/8], vpc: {region: eu-west-1, id: vpc-1}}
          lab: {networks: [10.9.0.0/16]}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: 203.0.113.1}
          example.com@in:
            soa: {primary: ns1, contact: hostmaster@example.com}
            views: [inside]
            records:
              "@": {NS: [ns1], A: {alias: {to: www}}}
              ns1: {A: 192.0.2.53}
              www: {A: {sets: {a: {weight: 1, ttl: 60s, values: [192.0.2.1]}, b: {weight: 0, ttl: 60s, values: [192.0.2.2]}}}}
        """;

    private static readonly ClientAddress Inside = ClientAddress.FromIPv4(0x0A010203);
    private static readonly ClientAddress Lab = ClientAddress.FromIPv4(0x0A090001);
    private static readonly DomainName Apex = DomainName.Parse("example.com.");

    [Fact]
    public async Task Export_AppliedAgain_ChangesNothing()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        string? export = await harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains("\"example.com@in\":", export, StringComparison.Ordinal);
        Assert.IsType<ChangeOutcome.Unchanged>(await harness.ApplyYamlAsync(export!));
        // The two zones of one name are documents of their own.
        ImmutableArray<string> names = [.. ConfigurationImport.ToDocuments(TestFiles.Load(Yaml)).Select(change => change.Key.ToString())];
        Assert.Contains("records example.com/www", names);
        Assert.Contains("records example.com@in/www", names);
        Assert.Contains("zone example.com@in", names);
        Assert.Contains("view inside", names);
    }

    [Fact]
    public async Task Put_RecordsOfOneOfThem_LeavesTheOther()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync(DocumentKinds.Records, "example.com@in/new", """{"A":"192.0.2.7"}"""));
        await harness.ServedAsync(harness.Log.Head!.Number);
        MeridianModel model = harness.DataPlane.Snapshot!.Model;
        Assert.True(Has(model, new ZoneKey(Apex, "in"), "new"));
        Assert.False(Has(model, Apex, "new"));
    }

    [Fact]
    public async Task Put_ViewsOfAZone_MovesItsClientsAtOnceAndOverARestart()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(harness.Log.Head!.Number);
        Assert.Equal("example.com.", harness.DataPlane.Snapshot!.FindZone(Apex, Lab).ToString());
        const string Body = """{"soa":{"primary":"ns1","contact":"hostmaster@example.com"},"views":["inside","lab"]}""";
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync(DocumentKinds.Zone, "example.com@in", Body, reason: "the lab moves in"));
        await harness.ServedAsync(harness.Log.Head!.Number);
        Assert.Equal("example.com.@in", harness.DataPlane.Snapshot!.FindZone(Apex, Lab).ToString());
        await harness.RestartAsync();
        await harness.ServedAsync(harness.Log.Head!.Number);
        Assert.Equal("example.com.@in", harness.DataPlane.Snapshot!.FindZone(Apex, Lab).ToString());
        Assert.Equal("example.com.@in", harness.DataPlane.Snapshot!.FindZone(Apex, Inside).ToString());
        Assert.Equal("example.com.", harness.DataPlane.Snapshot!.FindZone(Apex, ClientAddress.FromIPv4(0xC0000201)).ToString());
    }

    [Theory]
    // A second zone of the name for the same clients,
    [InlineData(DocumentKinds.Zone, "example.com@other", """{"soa":{"primary":"ns1","contact":"a@example.com"},"views":["inside"]}""", "clients of the view 'inside' see both")]
    // a name that is not in its form,
    [InlineData(DocumentKinds.Zone, "Example.com@in2", """{"soa":{"primary":"ns1","contact":"a@example.com"},"views":["lab"]}""", "named in lower case")]
    // a view that is not there,
    [InlineData(DocumentKinds.Zone, "example.com@in", """{"soa":{"primary":"ns1","contact":"a@example.com"},"views":["out"]}""", "there is no view 'out'")]
    // and networks of another view.
    [InlineData(DocumentKinds.View, "more", """{"networks":["10.0.0.0/8"]}""", "is a network of the view 'inside' already")]
    public async Task Put_WhatCannotBe_IsRefusedInWords(string kind, string name, string body, string expected)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ChangeOutcome.Invalid invalid = Assert.IsType<ChangeOutcome.Invalid>(await harness.PutAsync(kind, name, body));
        Assert.Contains(invalid.Errors, error => error.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_ViewThatAZoneNames_IsRefused()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ChangeOutcome outcome = await harness.Service.ApplyAsync(
            new ProposedChange { Changes = [DocumentChange.Delete(new DocumentKey(DocumentKinds.View, "inside"))], Author = "ann", Origin = ChangeOrigin.Api, Message = "away" },
            TestContext.Current.CancellationToken);
        Assert.Contains(Assert.IsType<ChangeOutcome.Invalid>(outcome).Errors, error => error.ToString().Contains("there is no view 'inside'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RecordSets_OfZonesOfOneName_ArePoliciesOfTheirOwn()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(harness.Log.Head!.Number);
        MeridianModel model = harness.DataPlane.Snapshot!.Model;
        // The apex is an alias of www of its own zone, not of the static one that everybody sees.
        RRsetModel apex = model.Zones[new ZoneKey(Apex, "in")].RRsets.Single(rrset => rrset.Owner == Apex && rrset.Type == RecordType.A);
        Assert.Equal("www.example.com.@in/A", apex.Steering?.Policy);
    }

    [Theory]
    [InlineData(0x0A010203u, "192.0.2.53")]
    [InlineData(0xC0000201u, "203.0.113.1,192.0.2.53")]
    public async Task Transfer_OfANameOfTwoZones_IsTheOneThatTheClientSees(uint source, string addresses)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(harness.Log.Head!.Number);
        ZoneTransfer? transfer = ZoneTransfer.Of(harness.DataPlane.Snapshot!, Apex, ClientAddress.FromIPv4(source));
        Question question = new(Apex.Wire.ToArray(), RecordType.AXFR, RecordClass.IN);
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(Assert.Single(transfer!.Messages(1, question, null)), out Message? message));
        // Steered record sets are not transferred: www inside is one.
        Assert.Equal(
            addresses.Split(',').Order(StringComparer.Ordinal),
            message!.Answer.Where(record => record.Type == RecordType.A).Select(record => RdataText.Format(record.Type, record.Rdata.Span)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AlteredQueries_PrivateZoneForSome_AreTheirsAlone()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        await harness.ServedAsync(harness.Log.Head!.Number);
        DataPlaneSnapshot before = harness.DataPlane.Snapshot!;
        await harness.ApplyYamlAsync(Yaml.Replace("views: [inside]", "views: [inside, lab]", StringComparison.Ordinal), reason: "the lab moves in");
        await harness.ServedAsync(harness.Log.Head!.Number);
        AlteredQueries altered = new(before, harness.DataPlane.Snapshot!);
        DomainName www = DomainName.Parse("www", Apex);
        Assert.True(altered.IsAltered(Row(Lab, new ObservedName(www, Apex))));
        Assert.False(altered.IsAltered(Row(ClientAddress.FromIPv4(0xC0000201), new ObservedName(www, Apex))));
        Assert.False(altered.IsAltered(Row(Inside, new ObservedName(www, new ZoneKey(Apex, "in")))));

        static ObservedRow Row(ClientAddress source, ObservedName name) => new(new Asker(source, 32, default, 0, 1, RecordType.A), name, 1);
    }

    private static bool Has(MeridianModel model, ZoneKey zone, string owner) =>
        model.Zones[zone].RRsets.Any(rrset => rrset.Owner == DomainName.Parse(owner, Apex));
}
