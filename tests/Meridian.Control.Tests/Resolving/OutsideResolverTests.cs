using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Resolving;
using Meridian.Control.Tests.Configuration;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Resolving;

/// <summary>Names are asked for ahead, a bounded number at a time, and what they are is told to the data plane and kept.</summary>
public sealed class OutsideResolverTests
{
    private static readonly ResolversModel Settings = new() { Servers = [IPEndPoint.Parse("192.0.2.53:53")], Concurrency = 4 };
    private static readonly OutsideName Lb = new(DomainName.Parse("lb.cloud.example."), null);

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task RunAsync_NamesFollowed_AreAskedForBothFamiliesAndRenewedAheadOfTheirEnd()
    {
        ScriptedExchange exchange = new(asked => asked.Type == RecordType.A
            ? ScriptedExchange.Answer("lb.cloud.example. 100 A 192.0.2.1")
            : ScriptedExchange.Negative(Rcode.NoError, "cloud.example. 100 SOA ns. h. 1 2 3 4 100"));
        using OutsideResolver resolver = Make(exchange, []);
        await using Running running = Running.Start(resolver);
        Assert.Equal([Lb], resolver.Follow([Lb], Settings));
        Assert.Empty(resolver.Follow([Lb], Settings));
        await UntilAsync(() => resolver.GetStatus().All(name => name.State != "unknown"));
        Assert.Equal(["found", "no-data"], resolver.GetStatus().Select(name => name.State));
        Assert.Equal(IPAddress.Parse("192.0.2.1"), resolver.FindAddress(Lb.Name));
        Assert.Equal(2, exchange.Questions.Length);
        _time.Advance(TimeSpan.FromSeconds(70));
        await Task.Yield();
        Assert.Equal(2, exchange.Questions.Length);
        _time.Advance(TimeSpan.FromSeconds(25));
        await UntilAsync(() => exchange.Questions.Count(asked => asked.Type == RecordType.A) == 2);
    }

    [Fact]
    public async Task RunAsync_ManyNames_AreAskedForABoundedNumberAtATime()
    {
        int running = 0;
        int most = 0;
        Lock counting = new();
        GatedExchange exchange = new(
            async () =>
            {
                lock (counting)
                {
                    most = Math.Max(most, ++running);
                }
                await Task.Yield();
                lock (counting)
                {
                    running--;
                }
            });
        using OutsideResolver resolver = Make(exchange, []);
        await using Running loop = Running.Start(resolver);
        ImmutableArray<OutsideName> names = [.. Enumerable.Range(0, 100).Select(i => new OutsideName(DomainName.Parse($"n{i}.example."), null))];
        resolver.Follow(names, Settings);
        await UntilAsync(() => resolver.GetStatus().All(name => name.State == "failed"));
        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task Finish_FailuresAndTheirEnd_RaiseOneAlarmAndTakeItBack()
    {
        bool isDown = false;
        ScriptedExchange exchange = new(_ => isDown ? null : ScriptedExchange.Answer("lb.cloud.example. 20 A 192.0.2.1", "lb.cloud.example. 20 AAAA 2001:db8::1"));
        using OutsideResolver resolver = Make(exchange, []);
        List<OutsideNews> news = [];
        resolver.Notice = heard =>
        {
            lock (news)
            {
                news.Add(heard);
            }
        };
        await using Running running = Running.Start(resolver);
        resolver.Follow([Lb], Settings);
        await UntilAsync(() => resolver.GetStatus().All(name => name.State == "found"));
        isDown = true;
        await AdvanceUntilAsync(() => resolver.GetStatus().All(name => name is { IsAlarmed: true, IsStale: true }));
        Assert.Equal(2, news.Count(heard => heard.IsTrouble));
        Assert.Contains(news, heard => heard.Consequence == "its last good addresses go on being answered: 192.0.2.1");
        Assert.Equal(["192.0.2.1"], resolver.GetStatus()[0].Addresses);
        isDown = false;
        await AdvanceUntilAsync(() => resolver.GetStatus().All(name => name is { IsAlarmed: false, IsStale: false }));
        Assert.Equal((2, 2), (news.Count(heard => heard.IsTrouble), news.Count(heard => !heard.IsTrouble)));
    }

    [Fact]
    public async Task Follow_AfterARestartWithoutResolvers_AnswersWhatWasKept()
    {
        string directory = Path.Combine(Path.GetTempPath(), $"meridian-resolved-{Environment.ProcessId}");
        try
        {
            OutsideName forParis = Lb with { ClientSubnet = IPNetwork.Parse("203.0.113.0/24") };
            ScriptedExchange exchange = new(asked => asked.Type == RecordType.A
                ? ScriptedExchange.Answer($"lb.cloud.example. 20 A {(asked.Message.Edns?.ClientSubnet is null ? "192.0.2.1" : "192.0.2.2")}")
                : ScriptedExchange.Negative(Rcode.NXDomain));
            using (OutsideResolver resolver = Make(exchange, []))
            {
                await using Running running = Running.Start(resolver);
                resolver.Follow([Lb, forParis], Settings);
                await UntilAsync(() => resolver.GetStatus().All(name => name.State != "unknown"));
                new ResolutionStore(directory).Save(resolver.Capture());
            }
            ImmutableArray<KeptAnswer> kept = new ResolutionStore(directory).Load(out string? problem);
            Assert.Null(problem);
            using OutsideResolver after = Make(new ScriptedExchange(_ => null), kept);
            after.Follow([Lb, forParis], Settings);
            Assert.Equal(
                [("found", "192.0.2.1", true), ("nx-domain", "", false), ("found", "192.0.2.2", true), ("nx-domain", "", false)],
                after.GetStatus().Select(name => (name.State, string.Join(",", name.Addresses), name.IsStale)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Load_FileThatIsNone_SaysSo()
    {
        string directory = Path.Combine(Path.GetTempPath(), $"meridian-resolved-bad-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        try
        {
            File.WriteAllText(Path.Combine(directory, ResolutionStore.FileName), "[{");
            Assert.Empty(new ResolutionStore(directory).Load(out string? problem));
            Assert.NotNull(problem);
            File.WriteAllText(
                Path.Combine(directory, ResolutionStore.FileName),
                """
                [{"name":"a..b","type":"A","state":"found","addresses":["192.0.2.1"]},{"name":"a.","type":"MX","state":"found","addresses":["192.0.2.1"]},
                {"name":"a.","type":"A","state":"found","addresses":["::1"]},{"name":"a.","type":"A","state":"no-data","addresses":["192.0.2.1"]},
                {"name":"a.","type":"A","state":"x"}]
                """);
            Assert.Empty(new ResolutionStore(directory).Load(out problem));
            Assert.Null(problem);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Parse_SystemList_TakesNameServersAndElseTheLocalOne()
    {
        Assert.Equal(
            ["192.0.2.53:53", "[2001:db8::53]:53"],
            SystemResolvers.Parse(["# nameserver 192.0.2.1", "search example.com", "nameserver\t192.0.2.53", "nameserver 2001:db8::53", "nameserver x"])
                .Select(server => server.ToString()));
        Assert.Equal(["127.0.0.1:53"], SystemResolvers.Parse([]).Select(server => server.ToString()));
    }

    private OutsideResolver Make(IDnsExchange exchange, ImmutableArray<KeptAnswer> kept) => new(
        new StubResolver(exchange, new Random(1).NextBytes, _time), () => [], new DataPlane(_time), kept, new Random(2), _time, NullLogger<OutsideResolver>.Instance);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(2, limit.Token);
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        await UntilAsync(() =>
        {
            if (!condition())
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return false;
            }
            return true;
        });
    }

    /// <summary>Fails every question, after some work.</summary>
    private sealed class GatedExchange(Func<Task> work) : IDnsExchange
    {
        public async Task<DnsExchangeResult> ExchangeAsync(
            ReadOnlyMemory<byte> query, IPEndPoint server, bool isTcp, Func<ReadOnlyMemory<byte>, bool> isResponse, CancellationToken cancellationToken)
        {
            await work();
            return DnsExchangeResult.Failed("no");
        }
    }

    private sealed class Running(Task[] loops, CancellationTokenSource stop) : IAsyncDisposable
    {
        public static Running Start(OutsideResolver resolver)
        {
            CancellationTokenSource stop = new();
            return new Running([resolver.RunAsync(stop.Token)], stop);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await Task.WhenAll(loops);
            stop.Dispose();
        }
    }
}
