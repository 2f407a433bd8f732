using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Changes;

/// <summary>Overrides are laid over pools, and leave no trace in the configuration.</summary>
[Collection("changes")]
public sealed class OverrideTests
{
    private const string Yaml =
        """
        sites:
          eu: {latitude: 50, longitude: 8, country: DE}
          us: {latitude: 38, longitude: -78, country: US}
        pools:
          a: {site: eu, members: [{address: 192.0.2.1}, {address: "2001:db8::1"}]}
          b: {members: [{address: 192.0.2.1, site: us}, {address: 192.0.2.2, site: eu}]}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}}
        """;

    [Theory]
    [InlineData("""{"member":"192.0.2.1"}""", "a/192.0.2.1 b/192.0.2.1")]
    [InlineData("""{"member":"192.0.2.1","pool":"b"}""", "b/192.0.2.1")]
    [InlineData("""{"member":"2001:DB8:0::1"}""", "a/2001:db8::1")]
    [InlineData("""{"pool":"a"}""", "a/192.0.2.1 a/2001:db8::1")]
    [InlineData("""{"site":"eu"}""", "a/192.0.2.1 a/2001:db8::1 b/192.0.2.2")]
    [InlineData("""{"site":"us"}""", "b/192.0.2.1")]
    public async Task Put_Drain_ReachesWhatItNames(string target, string expected)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);

        ChangeOutcome outcome = await PutAsync(harness, $$"""{"target":{{target}},"state":"draining","reason":"disk swap","author":"ada"}""");

        Assert.IsType<ChangeOutcome.Accepted>(outcome);
        Assert.Equal(expected, Draining(harness));
    }

    [Fact]
    public async Task Delete_Override_GivesBackWhatWasBefore()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        string? before = await harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);
        await PutAsync(harness, """{"target":{"pool":"a"},"state":"down","until":"2099-01-01T00:00Z","reason":"drill"}""");
        MemberModel forced = harness.Service.Model!.Pools["a"].Members[0];

        string? during = await harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);
        await ApplyAsync(harness, DocumentChange.Delete(Key));

        Assert.Equal((AdminState.ForcedDown, "drill", 2099), (forced.State, forced.Reason, forced.Until!.Value.Year));
        Assert.Equal(AdminState.Auto, harness.Service.Model!.Pools["a"].Members[0].State);
        Assert.Equal(before, during);
    }

    [Theory]
    [InlineData("""{"target":{"pool":"a"},"state":"drainng","reason":"x"}""", "/state", "draining")]
    [InlineData("""{"target":{"pool":"a"},"state":"down"}""", "/reason", null)]
    [InlineData("""{"target":{"pol":"a"},"state":"down","reason":"x"}""", "/target/pol", "pool")]
    [InlineData("""{"target":{"pool":"c"},"state":"down","reason":"x"}""", "/target", null)]
    [InlineData("""{"target":{"pool":"a"},"state":"down","reason":"x","resaon":"y"}""", "/resaon", "reason")]
    [InlineData("""{"target":{"pool":"a"},"state":"down","reason":"x","until":"tomorrow"}""", "", null)]
    public async Task Put_Wrong_PointsToThePlace(string body, string pointer, string? suggestion)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);

        ChangeOutcome.Invalid invalid = Assert.IsType<ChangeOutcome.Invalid>(await PutAsync(harness, body));

        Assert.Contains(invalid.Errors, error => error.Document == Key && (pointer.Length == 0 || (error.Pointer == pointer && error.Suggestion == suggestion)));
    }

    private static DocumentKey Key { get; } = new(DocumentKinds.Override, "one");

    private static Task<ChangeOutcome> PutAsync(ChangeHarness harness, string body) => ApplyAsync(harness, DocumentChange.Put(Key, DocumentBody.FromText(body)));

    private static Task<ChangeOutcome> ApplyAsync(ChangeHarness harness, DocumentChange change) => harness.Service.ApplyAsync(
        new ProposedChange { Changes = [change], Author = "ada", Origin = ChangeOrigin.Api, Message = "override", Reason = "on purpose" },
        TestContext.Current.CancellationToken);

    private static string Draining(ChangeHarness harness) => string.Join(' ', harness.Service.Model!.Pools.Values
        .SelectMany(pool => pool.Members.Where(member => member.State == AdminState.Draining).Select(member => $"{pool.Name}/{member.Target}")));
}
