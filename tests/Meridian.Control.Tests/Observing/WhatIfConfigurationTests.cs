using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Observing;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Observing;

/// <summary>Another configuration, supposed for the clients that were observed.</summary>
public sealed class WhatIfConfigurationTests
{
    private const string Yaml =
        """
        guard: {pool-minimum: false, clients: 100%, queries: 100%}
        sites: {eu: {capacity: 100}, us: {}, ap: {}}
        pools:
          eu: {site: eu, members: [{address: 192.0.2.1}]}
          us: {site: us, members: [{address: 198.51.100.1}]}
          ap: {site: ap, members: [{address: 203.0.113.1}]}
        policies:
          split: {ttl: 30s, weighted: {eu: 70, us: 30}}
          other: {ttl: 30s, pool: ap}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: split}}
              plain: {A: 192.0.2.99}
        """;

    [Fact]
    public async Task Ask_OtherWeights_SharesAreThoseOfTheProposal()
    {
        using ObservedServer server = await StartAsync();
        WhatIfResult result = Ask(server, Yaml.Replace("eu: 70, us: 30", "eu: 20, us: 80", StringComparison.Ordinal));
        Assert.Equal("the proposed configuration", result.Question);
        Assert.InRange(Of(result, "eu").Before, 0.64, 0.76);
        Assert.InRange(Of(result, "eu").After, 0.14, 0.26);
        Assert.InRange(result.Moved, 0.42, 0.58);
    }

    [Fact]
    public async Task Ask_OtherPolicyForTheName_GoesToItsPlaces()
    {
        using ObservedServer server = await StartAsync();
        WhatIfResult result = Ask(server, Yaml.Replace("steer: split}", "steer: other}", StringComparison.Ordinal));
        Assert.Equal(1, Of(result, "ap").After, 6);
        Assert.Equal(1, result.Moved, 6);
        Assert.Equal(0, result.Lost);
    }

    [Fact]
    public async Task Ask_NameGoes_ItsTrafficIsLost()
    {
        using ObservedServer server = await StartAsync();
        Assert.Equal(1, Ask(server, Yaml.Replace("      www: {A: {steer: split}}\n", "", StringComparison.Ordinal)).Lost, 6);
    }

    [Fact]
    public async Task Ask_StaticRecordChanges_ItsClientsMoveAndOthersDoNot()
    {
        using ObservedServer server = await StartAsync();
        WhatIfResult result = Ask(server, Yaml.Replace("192.0.2.99", "192.0.2.98", StringComparison.Ordinal));
        // A quarter of what was asked, beside the steered name that stays as it is.
        Assert.Equal(0.25, result.Moved, 6);
        Assert.Equal(["-/192.0.2.98", "-/192.0.2.99"], result.Members.Select(member => member.Name).Where(name => name.StartsWith('-')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ask_EventOnTopOfAProposal_BothHold()
    {
        using ObservedServer server = await StartAsync();
        WhatIfRequest request = WhatIfRequest.TryRead(
            [], ["ap"], [], [], out _, ModelOf(Yaml.Replace("steer: split}", "steer: other}", StringComparison.Ordinal)))!;
        WhatIfResult result = server.WhatIf.Ask(request, out _)!;
        Assert.Equal("the proposed configuration, ap drained", result.Question);
        Assert.NotNull(WhatIfRequest.TryRead([], [], [], [], out _, ModelOf(Yaml)));
        Assert.Null(WhatIfRequest.TryRead([], [], [], [], out _));
    }

    [Fact]
    public async Task TrafficOf_CandidateOfAPlan_IsWhatTheClientsWouldDo()
    {
        using ObservedServer server = await StartAsync();
        DataPlaneSnapshot before = server.Harness.DataPlane.Snapshot!;
        server.Harness.Write(Yaml.Replace("eu: 70, us: 30", "eu: 0, us: 100", StringComparison.Ordinal));
        await server.Harness.ReloadAsync();
        WhatIfResult traffic = new ObservedVolumes(server.Observer, server.WhatIf).TrafficOf(before, server.Harness.DataPlane.Snapshot!)!;
        Assert.InRange(Of(traffic, "eu").Before, 0.64, 0.76);
        Assert.Equal(0, Of(traffic, "eu").After);
        Assert.Equal(100, Of(traffic, "eu").Capacity);
    }

    [Fact]
    public void Read_DocumentsWithErrors_AllAreTold()
    {
        ProposalReader reader = new(new DiskConfigurationFiles(), Path.GetTempPath(), TimeProvider.System);
        ImmutableArray<DocumentChange> documents = [.. ConfigurationImport.ToDocuments(TestFiles.Load(Yaml)).Where(document => document.Key.Name is not ("eu" or "us"))];
        (MeridianModel? model, ImmutableArray<ChangeError> errors) = reader.Read(documents);
        Assert.Null(model);
        Assert.Contains(errors, error => error.Message.Contains("'eu'", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Message.Contains("'us'", StringComparison.Ordinal));
    }

    private static async Task<ObservedServer> StartAsync()
    {
        ObservedServer server = await ObservedServer.StartAsync(Yaml);
        for (ushort i = 0; i < 100; i++)
        {
            server.Ask(i % 4 == 0 ? "plain.example.com." : "www.example.com.", 0x0A00_0001u + (uint)(i % 10), id: i);
        }
        server.Observer.Fetch();
        return server;
    }

    private static WhatIfResult Ask(ObservedServer server, string proposed)
    {
        WhatIfRequest request = WhatIfRequest.TryRead([], [], [], [], out _, ModelOf(proposed))!;
        WhatIfResult? result = server.WhatIf.Ask(request, out string? problem);
        Assert.Null(problem);
        return result!;
    }

    private static MeridianModel ModelOf(string yaml)
    {
        ProposalReader reader = new(new DiskConfigurationFiles(), Path.GetTempPath(), TimeProvider.System);
        (MeridianModel? model, ImmutableArray<ChangeError> errors) = reader.Read(ConfigurationImport.ToDocuments(TestFiles.Load(yaml)));
        Assert.Empty(errors);
        return model!;
    }

    private static WhatIfShare Of(WhatIfResult result, string site) => result.Sites.Single(share => share.Name == site);
}
