using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Http;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Host.Quickstart;
using Spectre.Console;

namespace Meridian.Host.Tests.Quickstart;

public sealed class QuickstartViewTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);

    private static readonly QuickstartPlan Plan = new(
        new IPEndPoint(IPAddress.Loopback, 5300),
        new Uri("http://127.0.0.1:8053"),
        [
            new BackendPlan("eu-1", "eu", IPEndPoint.Parse("127.0.1.1:8080")),
            new BackendPlan("eu-2", "eu", IPEndPoint.Parse("127.0.1.2:8080")),
            new BackendPlan("us-1", "us", IPEndPoint.Parse("127.0.2.1:8080")),
            new BackendPlan("us-2", "us", IPEndPoint.Parse("127.0.2.2:8080")),
        ]);

    private readonly AnswerSampler _sampler = new(new IPEndPoint(IPAddress.Loopback, 9), new Random(1), TimeProvider.System);

    public void Dispose() => _sampler.Dispose();

    [Fact]
    public void Line_HalfASiteDown_SaysWhoIsUpAndWhereAnswersGo()
    {
        QuickstartState state = StateWith(down: "127.0.1.2");
        Sample("NL", 1, "127.0.1.1");
        Sample("canary", 7, "127.0.1.1");
        Sample("canary", 3, "127.0.2.1", "127.0.2.2");

        Assert.Equal(
            "eu 1/2 up, us 2/2 up | NL: eu 100% | US: none | BR: none | JP: none | canary: eu 70% us 30% | 0 unanswered",
            QuickstartView.Line(state));
    }

    [Fact]
    public void Line_NoReport_KnowsNoneUp() =>
        Assert.StartsWith("eu 0/2 up, us 0/2 up |", QuickstartView.Line(new QuickstartState(Plan, null, null, _sampler)), StringComparison.Ordinal);

    [Fact]
    public void Table_EveryBackend_HasItsRow()
    {
        QuickstartState state = StateWith(down: "127.0.1.2");
        Sample("NL", 2, "127.0.1.1");
        using var output = new StringWriter();

        Terminal.Open(output).Write(QuickstartView.Table(state));

        Assert.Equal(["eu", "eu-1", "127.0.1.1", "", "up", "30s", "100%", "", "", "", ""], RowOf(output.ToString(), "eu-1"));
        Assert.Equal(["eu", "eu-2", "127.0.1.2", "", "down", "30s", "-", "", "", "", ""], RowOf(output.ToString(), "eu-2"));
    }

    private void Sample(string label, int count, params string[] addresses)
    {
        SamplePlan plan = QuickstartPlan.Samples.Single(plan => plan.Label == label);
        for (int index = 0; index < count; index++)
        {
            _sampler.SharesOf(plan).Add([.. addresses.Select(IPAddress.Parse)]);
        }
    }

    private QuickstartState StateWith(string down)
    {
        ImmutableArray<MemberReport> members = [.. Plan.Backends.Select(backend => new MemberReport
        {
            Pool = $"web-{backend.Site}",
            Target = backend.Address.Address.ToString(),
            Site = backend.Site,
            Weight = 1,
            AdminState = AdminState.Auto,
            Health = backend.Address.Address.ToString() == down ? HealthState.Down : HealthState.Up,
            Since = Now.AddSeconds(-30),
        })];
        var report = new StatusReport
        {
            Version = "0.1.0",
            StartedAt = Now,
            Now = Now,
            Configuration = new ConfigurationStatus { State = ConfigurationState.Ok, Source = "meridian.yaml" },
            Readiness = new Readiness(true, true, true),
            Counters = new CounterStatus(),
            Members = members,
        };
        return new QuickstartState(Plan, report, null, _sampler);
    }

    private static string[] RowOf(string output, string name)
    {
        string line = Assert.Single(output.Split('\n'), line => line.Contains($" {name} ", StringComparison.Ordinal));
        return [.. line.Trim().Trim('│').Split('│', StringSplitOptions.TrimEntries)];
    }
}
