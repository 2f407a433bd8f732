using System.Collections.Immutable;
using System.Globalization;
using Meridian.Conformance.Tests.Subjects;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>A flood from forged addresses is held to its budget, and honest clients are served meanwhile.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const double ServedShare = 0.99;
    private const int Threads = 1;
    private static readonly string[] Names = ["www.flood.test.", "mail.flood.test.", "a.b.flood.test."];

    private static readonly TestZone Zone = new("flood.test.", """
        $TTL 300
        @ IN SOA ns1 hostmaster 1 7200 900 1209600 300
        @ IN NS ns1
        ns1 IN A 192.0.2.53
        www IN A 192.0.2.1
        mail IN A 192.0.2.2
        a.b IN A 192.0.2.3

        """);

    /// <summary>What two cores that other tests share can carry, for a few seconds.</summary>
    [Fact]
    public async Task Flood_Short_IsHeldToItsBudgetAndHonestClientsAreServed() =>
        await FloodAsync(new FloodPlan { Networks = 1_000, HonestPerSecond = 100, PlainResolvers = 20, Duration = TimeSpan.FromSeconds(3) });

    /// <summary><c>make show-hardening LINE=abuse</c>: ten times the budget from 10,000 networks.</summary>
    [Fact(Explicit = true)]
    public async Task Flood_FromTenThousandNetworks_IsHeldToItsBudgetAndHonestClientsAreServed() => await FloodAsync(new FloodPlan());

    private async Task FloodAsync(FloodPlan plan)
    {
        string settings = string.Create(CultureInfo.InvariantCulture, $"answering: {{rate-limit: {{positive: {plan.BudgetPerSecond}}}}}");
        await using ServerSubject server = await ServerSubject.StartAsync(
            SubjectKind.Meridian, ImmutableArray.Create(Zone), place => MeridianSetup.Create(place, settings, Threads), TestContext.Current.CancellationToken);
        using FloodRun run = new(server.Endpoint, plan, Names, Threads);
        await run.RunAsync(TestContext.Current.CancellationToken);
        output.WriteLine(run.Describe());
        Assert.True(run.Flood.Sent >= plan.FloodPerSecond * plan.Duration.TotalSeconds * ServedShare, run.Describe());
        Assert.True(run.Flood.Answered <= run.Allowed, run.Describe());
        Assert.True(run.Strangers.AnsweredShare >= ServedShare, run.Describe());
        Assert.True(run.CookieHolders.AnsweredShare >= ServedShare, run.Describe());
        Assert.True(run.PlainResolved >= plan.PlainResolvers * 0.9, run.Describe());
    }
}
