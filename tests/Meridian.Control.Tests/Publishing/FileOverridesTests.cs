using System.Collections.Immutable;
using System.Text;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Http;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Publishing;

/// <summary>What an operator says at night, where files are the truth.</summary>
public sealed class FileOverridesTests
{
    private const string Configuration =
        """
        pools:
          web: {members: [{address: 203.0.113.1}, {address: 203.0.113.2}]}
        policies:
          www: {pool: web}
        overrides:
          written: {target: {member: 203.0.113.2}, state: down, reason: "by hand", author: ben}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.1}
              www: {A: {steer: www}}
        """;

    private const string Drain = """{"target": {"member": "203.0.113.1"}, "state": "draining", "reason": "disk swap", "author": "ann"}""";

    [Fact]
    public async Task Apply_Override_IsServedKeptOverARestartAndTakenBack()
    {
        using PublisherHarness harness = new(keepsState: true);
        harness.Write(Configuration);
        Assert.True(await harness.StartAsync());
        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(harness, "drain", Drain));
        Assert.Equal(AdminState.Draining, StateOf(harness, "203.0.113.1"));
        Assert.Equal(ConfigurationState.Ok, harness.Publisher.Status.State);

        harness.Restart();
        Assert.True(await harness.StartAsync());
        Assert.Equal(AdminState.Draining, StateOf(harness, "203.0.113.1"));

        // A reload of the files does not forget it either.
        harness.Write(Configuration + "\n      mail: {A: 192.0.2.2}\n");
        await harness.ReloadAsync();
        Assert.Equal(AdminState.Draining, StateOf(harness, "203.0.113.1"));

        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(harness, "drain", null));
        Assert.Equal(AdminState.Auto, StateOf(harness, "203.0.113.1"));
        Assert.IsType<ChangeOutcome.Conflict>(await ApplyAsync(harness, "drain", null));
    }

    [Fact]
    public async Task Apply_FilesAreBroken_OverrideIsServedAllTheSameAndTheFilesStayRefused()
    {
        using PublisherHarness harness = new(keepsState: true);
        harness.Write(Configuration);
        Assert.True(await harness.StartAsync());
        harness.Write("zonez: {}");
        await harness.ReloadAsync();
        Assert.Equal(ConfigurationState.Broken, harness.Publisher.Status.State);

        Assert.IsType<ChangeOutcome.Accepted>(await ApplyAsync(harness, "drain", Drain));
        Assert.Equal(AdminState.Draining, StateOf(harness, "203.0.113.1"));
        Assert.Equal(ConfigurationState.Broken, harness.Publisher.Status.State);
    }

    [Fact]
    public async Task Apply_WhatIsWrongOrNotOurs_IsRefusedAndChangesNothing()
    {
        using PublisherHarness harness = new(keepsState: true);
        harness.Write(Configuration);
        Assert.True(await harness.StartAsync());

        ChangeOutcome.Invalid invalid = Assert.IsType<ChangeOutcome.Invalid>(
            await ApplyAsync(harness, "drain", """{"target": {"pool": "wep"}, "state": "draining", "reason": "x", "author": "ann"}"""));
        Assert.Equal(("there is no pool 'wep'", "web"), (invalid.Errors[0].Message, invalid.Errors[0].Suggestion));
        Assert.IsType<ChangeOutcome.ReadOnly>(await ApplyAsync(harness, "written", null));
        Assert.IsType<ChangeOutcome.ReadOnly>(await ApplyAsync(harness, "written", Drain));
        Assert.Equal(1, harness.DataPlane.Snapshot?.Revision.Number);
    }

    [Fact]
    public async Task Apply_WithoutAStateDirectory_SaysWhatIsMissing()
    {
        using PublisherHarness harness = new();
        harness.Write(Configuration);
        Assert.True(await harness.StartAsync());

        ChangeOutcome.Unavailable refused = Assert.IsType<ChangeOutcome.Unavailable>(await ApplyAsync(harness, "drain", Drain));
        Assert.Contains("--state DIR", refused.Words, StringComparison.Ordinal);
    }

    private static AdminState StateOf(PublisherHarness harness, string target)
    {
        int slot = harness.DataPlane.Snapshot!.Members.ToList().FindIndex(member => member.Key.Target == target);
        return harness.DataPlane.GetMemberStatuses()[slot].Admin;
    }

    private static Task<ChangeOutcome> ApplyAsync(PublisherHarness harness, string name, string? body)
    {
        DocumentKey key = new(DocumentKinds.Override, name);
        ProposedChange change = new()
        {
            Changes = ImmutableArray.Create(
                body is null ? DocumentChange.Delete(key) : DocumentChange.Put(key, new DocumentBody(Encoding.UTF8.GetBytes(body)))),
            Author = "ann",
            Origin = ChangeOrigin.Cli,
            Message = "a test",
        };
        return harness.Publisher.Changes.ApplyAsync(change, TestContext.Current.CancellationToken);
    }
}
