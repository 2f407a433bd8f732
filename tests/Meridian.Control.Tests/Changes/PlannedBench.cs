using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Tests.Configuration;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Changes;

/// <summary>A server's worth of it, whose time and verdicts the test has in hand.</summary>
internal sealed class PlannedBench : IVerdictSource, IAsyncDisposable
{
    /// <summary>What `www` answers before the change, and what afterwards.</summary>
    public const string Pools =
        """
        pools:
          old: {members: [{address: 192.0.2.1}]}
          new: {members: [{address: 192.0.2.2}]}
        policies:
          www: {pool: old, ttl: 300s}

        """;

    public const string Yaml = Pools +
        """
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}
              own: {A: {steer: www, ttl: 120s}, ttl: 600s}

        """;

    public const string Before = "192.0.2.1";
    public const string After = "192.0.2.2";

    private readonly ManualTime _time = new(TestFiles.Now);

    private PlannedBench(ChangeHarness harness)
    {
        Harness = harness;
        Start = _time.GetUtcNow();
        Service = Create();
    }

    public ChangeHarness Harness { get; }

    public DateTimeOffset Start { get; }

    public PlannedChangeService Service { get; private set; }

    public HashSet<MemberKey> Down { get; } = [];

    public TimeSpan? MeasuredTail { get; set; }

    public static async Task<PlannedBench> StartAsync(string yaml = Yaml)
    {
        ChangeHarness harness = await ChangeHarness.StartAsync(yaml);
        await harness.ServedAsync(1);
        return new PlannedBench(harness);
    }

    public static DocumentChange Put(string kind, string name, string body) =>
        DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText(body));

    public MemberVerdict GetVerdict(MemberKey member) => Down.Contains(member) ? new MemberVerdict(HealthState.Down, 0) : MemberVerdict.Up;

    public Task<(PlannedChange? Planned, ChangeOutcome Outcome)> TryPlanAsync(TimeSpan after, Func<NewPlannedChange, NewPlannedChange>? with = null)
    {
        NewPlannedChange wanted = new()
        {
            Name = DomainName.Parse("www.example.com."),
            At = Start + after,
            Change = new ProposedChange
            {
                Changes = [Put("policy", "www", """{"pool": "new", "ttl": "300s"}""")],
                Author = "ann",
                Origin = ChangeOrigin.Cli,
                Message = "the new pool",
                // Everybody gets another answer: the guard wants to be told why.
                Reason = "the new pool is ready",
            },
        };
        return Service.PlanAsync(with?.Invoke(wanted) ?? wanted, TestContext.Current.CancellationToken);
    }

    public async Task<PlannedChange> PlanAsync(TimeSpan after, Func<NewPlannedChange, NewPlannedChange>? with = null)
    {
        (PlannedChange? planned, ChangeOutcome outcome) = await TryPlanAsync(after, with);
        Assert.IsType<ChangeOutcome.Accepted>(outcome);
        return planned!; // Accepted.
    }

    public async Task<PlannedChange> OnlyAsync() => Assert.Single(await Service.ListAsync(TestContext.Current.CancellationToken));

    public async Task AtAsync(TimeSpan sinceStart)
    {
        _time.Advance(Start + sinceStart - _time.GetUtcNow());
        await Service.StepAllAsync(TestContext.Current.CancellationToken);
        await Harness.ServedAsync(Harness.Log.Head!.Number);
    }

    /// <summary>The process ends, and another one begins with the same log.</summary>
    public async Task RestartAsync()
    {
        await Harness.RestartAsync();
        await Harness.ServedAsync(Harness.Log.Head!.Number);
        Service = Create();
    }

    public async Task<string> BodyAsync(string kind, string name)
    {
        using DocumentState state = await Harness.Log.StateAsync(TestContext.Current.CancellationToken);
        return state.Read().Single(document => document.Key == new DocumentKey(kind, name)).Body.ToString();
    }

    /// <summary>The address and the TTL that a cache gets now.</summary>
    public (string Address, uint Ttl) Ask(string owner = "www", uint from = 0x0A00_0001)
    {
        byte[] response = new byte[1232];
        byte[] query = new QueryBuilder($"{owner}.example.com.", RecordType.A).Build();
        ClientInfo client = new(ClientAddress.FromIPv4(from), 5353, Transport.Udp, 0);
        AnswerResult result = new QueryAnswerer(Harness.DataPlane, new AnswerLimits()).Answer(query, in client, response);
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(response.AsSpan(0, result.Length), out Message? message));
        MessageRecord record = Assert.Single(message!.Answer);
        return (new System.Net.IPAddress(record.Rdata.Span).ToString(), record.TtlSeconds);
    }

    public ValueTask DisposeAsync() => Harness.DisposeAsync();

    private PlannedChangeService Create() => new(
        Harness.Service,
        new PlannedParts { DataPlane = Harness.DataPlane, Verdicts = this, MeasuredTail = _ => MeasuredTail, Time = _time },
        NullLogger<PlannedChangeService>.Instance);
}
