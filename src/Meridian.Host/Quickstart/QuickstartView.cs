using System.Globalization;
using Meridian.Control.Http;
using Meridian.Engine.Health;
using Meridian.Host.Status;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Meridian.Host.Quickstart;

/// <summary>Shows the quickstart: a live table on a terminal, one line now and then elsewhere.</summary>
internal static class QuickstartView
{
    public static void PrintIntroduction(IAnsiConsole console, string path, QuickstartPlan plan, BackendFleet? fleet, int serverId, string logPath)
    {
        console.MarkupLineInterpolated($"Serving {path}: DNS on {plan.Dns}, HTTP on {plan.Http} (pid {serverId}, log {logPath})");
        foreach (BackendPlan backend in fleet is null ? [] : plan.Backends)
        {
            console.MarkupLineInterpolated($"backend {backend.Name} at site {backend.Site}: http://{backend.Address} {fleet?.Describe(backend)}");
        }
        console.WriteLine();
        console.WriteLine("Try in another terminal:");
        foreach ((string command, string shows) in plan.Commands)
        {
            console.MarkupLineInterpolated($"  [bold]{command}[/]");
            console.MarkupLineInterpolated($"      [grey]{shows}[/]");
        }
        console.WriteLine();
        if (plan.Backends is [var first, ..])
        {
            console.WriteLine($"Fail a backend: kill its pid, or curl -X POST http://{first.Address}/down (and /up to bring it back).");
            console.WriteLine($"Start a killed one again: out/meridian backend --listen {first.Address} --name {first.Name} --site {first.Site}");
        }
        console.WriteLine();
    }

    /// <summary>The table: backends down, questions across, the share of each question's answers that name the backend.</summary>
    public static IRenderable Table(QuickstartState state)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("site", "backend", "address", "process", "health", "since");
        foreach (SamplePlan sample in QuickstartPlan.Samples)
        {
            table.AddColumn(new TableColumn(sample.Label).RightAligned());
        }
        foreach (BackendPlan backend in state.Plan.Backends)
        {
            MemberReport? member = state.MemberOf(backend);
            string since = member?.Since is { } at && state.Report is { } report ? Ages.Format(report.Now - at) : "";
            table.AddRow(
            [
                backend.Site,
                backend.Name,
                backend.Address.Address.ToString(),
                (state.Fleet?.Describe(backend) ?? "").EscapeMarkup(),
                StatusView.Markup(state.HealthOf(backend)),
                since,
                .. QuickstartPlan.Samples.Select(sample => Share(state.Sampler.SharesOf(sample).ShareOf(backend.Address.Address))),
            ]);
        }
        string keys = state.Fleet is null ? "q ends" : $"{Keys(state.Plan)}, q ends";
        return new Rows(table, new Text(
            $"share of the last answers to www.example.test as seen from NL, US, BR, JP, and to canary.example.test; {state.Sampler.UnansweredCount} unanswered. {keys}"));
    }

    /// <summary>The same in one line, for logs and scripts.</summary>
    public static string Line(QuickstartState state)
    {
        IEnumerable<string> sites = state.Plan.Sites.Select(site =>
        {
            BackendPlan[] backends = [.. state.Plan.Backends.Where(backend => backend.Site == site)];
            return $"{site} {backends.Count(backend => state.HealthOf(backend) == HealthState.Up)}/{backends.Length} up";
        });
        IEnumerable<string> samples = QuickstartPlan.Samples.Select(sample => $"{sample.Label}: {SiteShares(state, sample)}");
        return $"{string.Join(", ", sites)} | {string.Join(" | ", samples)} | {state.Sampler.UnansweredCount} unanswered";
    }

    // Each answer's addresses stand for their site: the members of one site come together in one answer.
    private static string SiteShares(QuickstartState state, SamplePlan sample)
    {
        IEnumerable<string> shares = state.Plan.Sites
            .Select(site => (Site: site, Share: state.Plan.Backends.Where(backend => backend.Site == site)
                .Max(backend => state.Sampler.SharesOf(sample).ShareOf(backend.Address.Address)) ?? 0))
            .Where(item => item.Share > 0)
            .Select(item => $"{item.Site} {Percent(item.Share)}");
        string text = string.Join(" ", shares);
        return text.Length > 0 ? text : "none";
    }

    // As many as there are digits for.
    private static string Keys(QuickstartPlan plan) =>
        string.Join(", ", plan.Sites.Take(9).Select((site, index) => $"{index + 1} stops or starts site {site}"));

    private static string Share(double? share) => share switch
    {
        null => "",
        0 => "[grey]-[/]",
        { } some => Percent(some),
    };

    private static string Percent(double share) => Math.Round(share * 100).ToString(CultureInfo.InvariantCulture) + "%";
}
