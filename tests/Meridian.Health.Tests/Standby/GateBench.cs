using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;
using Meridian.Health.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Health.Tests.Standby;

/// <summary>Three pools in order, each with a member that answers or does not, and servers that check them.</summary>
internal sealed class GateBench : IDisposable
{
    public static readonly MemberKey First = new("first", "203.0.113.1");
    public static readonly MemberKey Second = new("second", "203.0.113.2");
    public static readonly MemberKey Third = new("third", "203.0.113.3");
    public static readonly FailbackModel Manual = new(FailbackKind.Manual, TimeSpan.Zero);

    private static readonly MonitorModel Monitor = Models.Monitor() with { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1), Rise = 1, Fall = 1 };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-gates-");
    private readonly VerdictStore _store;

    public GateBench() => _store = new VerdictStore(_directory.FullName, NullLogger<VerdictStore>.Instance);

    /// <summary>Who answers.</summary>
    public HashSet<string> Up { get; } = ["203.0.113.1", "203.0.113.2", "203.0.113.3"];

    public void Dispose() => _directory.Delete(recursive: true);

    public static PrewarmModel Hook(TimeSpan wait) => new() { Url = new Uri("http://127.0.0.1:1/prewarm"), Wait = wait };

    public static HealthState Shown(EngineBench bench, MemberKey member) => bench.Sink.Of(member)?.State ?? HealthState.Unknown;

    public static MeridianModel Model(FailbackModel failback, PrewarmModel? prewarm = null, bool withThird = true)
    {
        PoolModel Pool(string name, string address) =>
            new() { Name = name, Monitor = Monitor.Name, Members = [new MemberModel { Address = IPAddress.Parse(address) }] };
        PoolModel[] pools =
        [
            Pool("first", "203.0.113.1") with { Failback = failback }, Pool("second", "203.0.113.2") with { Prewarm = prewarm }, Pool("third", "203.0.113.3"),
        ];
        SteeringNode[] order = [new PoolNode("first"), new PoolNode("second"), new PoolNode("third")];
        PolicyModel policy = new() { Name = "www", Root = new FailoverNode([.. withThird ? order : order[..2]]) };
        return new MeridianModel
        {
            Pools = pools.ToImmutableSortedDictionary(pool => pool.Name, pool => pool, StringComparer.Ordinal),
            Policies = ImmutableSortedDictionary.Create<string, PolicyModel>(StringComparer.Ordinal).Add("www", policy),
            Zones = Zone("www"),
        };
    }

    public static ImmutableSortedDictionary<ZoneKey, ZoneModel> Zone(params string[] policies)
    {
        DomainName apex = DomainName.Parse("example.com.");
        ZoneModel zone = new()
        {
            Apex = apex,
            Soa = new SoaModel { Primary = apex, Contact = apex },
            RRsets =
            [
                .. policies.Select(policy => new RRsetModel { Owner = apex, Type = RecordType.A, Steering = new SteeredDataModel { Policy = policy } }),
            ],
        };
        return ImmutableSortedDictionary<ZoneKey, ZoneModel>.Empty.Add(apex, zone);
    }

    public static void Follow(EngineBench bench, MeridianModel model, params OverrideModel[] overrides) => bench.Engine.Reconfigure(
        [
            .. model.Pools.Values.SelectMany(pool => pool.Members.Select(member =>
                new MemberSlot(new MemberKey(pool.Name, member.Target), pool, member, Monitor)
                {
                    Overrides = [.. overrides.Where(word => word.IsAbout(pool, member))],
                })),
        ],
        model: model);

    public EngineBench Bench(MeridianModel model, VerdictStore? store = null, bool isUpFirst = true, TimeSpan elapsed = default)
    {
        EngineBench bench = new(ScriptedProbe.Answering(target => Up.Contains(target.Host)), store: store);
        bench.Time.Advance(elapsed);
        Follow(bench, model);
        if (isUpFirst)
        {
            bench.Run(TimeSpan.FromSeconds(3));
        }

        return bench;
    }

    public void Fail(EngineBench bench, MemberKey member)
    {
        Up.Remove(member.Target);
        bench.Run(TimeSpan.FromSeconds(2));
    }

    public void Recover(EngineBench bench, MemberKey member)
    {
        Up.Add(member.Target);
        bench.Run(TimeSpan.FromSeconds(2));
    }

    /// <summary>A server that keeps what it knows, and is stopped after some steps.</summary>
    /// <returns>How long it ran.</returns>
    public async Task<TimeSpan> RunUntilStoppedAsync(MeridianModel model, Action<EngineBench> steps)
    {
        using EngineBench before = Bench(model, _store);
        steps(before);
        await SaveAsync(before);
        return before.Time.Elapsed;
    }

    /// <summary>The server that comes after it, with what it kept.</summary>
    public EngineBench Resume(MeridianModel model, TimeSpan elapsed = default) => Bench(model, _store, isUpFirst: false, elapsed);

    private static async Task SaveAsync(EngineBench bench)
    {
        using CancellationTokenSource stop = new();
        Task running = bench.Engine.RunAsync(stop.Token);
        await stop.CancelAsync();
        await running;
    }
}
