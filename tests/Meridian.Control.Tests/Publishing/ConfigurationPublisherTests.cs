using Meridian.Control.Http;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Publishing;

public sealed class ConfigurationPublisherTests
{
    [Fact]
    public async Task Start_ValidFile_IsServed()
    {
        using PublisherHarness harness = new();
        harness.Write(PublisherHarness.Zone("192.0.2.1"));
        Assert.True(await harness.StartAsync());
        Assert.Equal(1, harness.DataPlane.Snapshot?.Revision.Number);
        Assert.Equal(ConfigurationState.Ok, harness.Publisher.Status.State);
    }

    [Fact]
    public async Task Start_BrokenFileWithoutState_ServesNothingAndSaysWhy()
    {
        using PublisherHarness harness = new();
        harness.Write("zonez: {}");
        Assert.False(await harness.StartAsync());
        Assert.Null(harness.DataPlane.Snapshot);
        Assert.Contains("m.yaml:1:1: error:", Assert.Single(harness.Publisher.Status.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_BrokenFile_KeepsTheOldSnapshotAndSaysWhy()
    {
        using PublisherHarness harness = new();
        harness.Write(PublisherHarness.Zone("192.0.2.1"));
        Assert.True(await harness.StartAsync());
        DataPlaneSnapshot? before = harness.DataPlane.Snapshot;

        harness.Write(PublisherHarness.Zone("not-an-address"));
        await harness.ReloadAsync();
        Assert.Same(before, harness.DataPlane.Snapshot);
        Assert.Equal(ConfigurationState.Broken, harness.Publisher.Status.State);
        Assert.NotEmpty(harness.Publisher.Status.Errors);
        Assert.Equal((1, 1), (harness.Publisher.Metrics.Accepted, harness.Publisher.Metrics.Refused));

        harness.Write(PublisherHarness.Zone("192.0.2.2"));
        await harness.ReloadAsync();
        Assert.Equal(2, harness.DataPlane.Snapshot?.Revision.Number);
        Assert.Equal(ConfigurationState.Ok, harness.Publisher.Status.State);
    }

    [Fact]
    public async Task Reload_SameMeaning_KeepsTheSnapshot()
    {
        using PublisherHarness harness = new();
        harness.Write(PublisherHarness.Zone("192.0.2.1"));
        Assert.True(await harness.StartAsync());
        DataPlaneSnapshot? before = harness.DataPlane.Snapshot;
        harness.Write(PublisherHarness.Zone("192.0.2.1") + "\n# a comment\n");
        await harness.ReloadAsync();
        Assert.Same(before, harness.DataPlane.Snapshot);
    }

    [Fact]
    public async Task Reload_Rollback_GrowsTheSerial()
    {
        using PublisherHarness harness = new();
        List<uint> serials = [];
        foreach (string address in new[] { "192.0.2.1", "192.0.2.2", "192.0.2.1" })
        {
            harness.Write(PublisherHarness.Zone(address));
            if (serials.Count == 0)
            {
                Assert.True(await harness.StartAsync());
            }
            else
            {
                await harness.ReloadAsync();
            }
            serials.Add(harness.DataPlane.Snapshot?.Revision.SoaSerial ?? 0);
        }
        Assert.True(serials[0] < serials[1] && serials[1] < serials[2], string.Join(' ', serials));
    }

    [Fact]
    public async Task Restart_BrokenFileWithState_ServesTheLastGoodOne()
    {
        using PublisherHarness harness = new(keepsState: true);
        harness.Write(PublisherHarness.Zone("192.0.2.1"));
        Assert.True(await harness.StartAsync());
        uint? serial = harness.DataPlane.Snapshot?.Revision.SoaSerial;

        harness.Write("zones: [");
        harness.Restart();
        Assert.True(await harness.StartAsync());
        Assert.Equal(ConfigurationState.Broken, harness.Publisher.Status.State);
        Assert.Equal(serial, harness.DataPlane.Snapshot?.Revision.SoaSerial);
    }

    [Fact]
    public async Task Compile_SubdivisionWithCountryDatabase_IsAnErrorAtItsPlaceInTheFile()
    {
        using PublisherHarness harness = new();
        harness.Write(
            """
            pools:
              a: {members: [{address: 192.0.2.1}]}
            policies:
              www:
                geo:
                  EU: a
                  US-CA: a
                  default: a
            """);
        Assert.False(await harness.StartAsync());
        string error = Assert.Single(harness.Publisher.Status.Errors);
        Assert.Contains("m.yaml:7:", error, StringComparison.Ordinal);
        Assert.Contains("US-CA", error, StringComparison.Ordinal);
        Assert.Contains(".mmdb", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compile_MissingDatabase_IsAnErrorThatNamesTheFile()
    {
        using PublisherHarness harness = new();
        harness.Write("geo: {database: nowhere.mmdb}\n" + PublisherHarness.Zone("192.0.2.1"));
        Assert.False(await harness.StartAsync());
        Assert.Contains("nowhere.mmdb", Assert.Single(harness.Publisher.Status.Errors), StringComparison.Ordinal);
    }
}
