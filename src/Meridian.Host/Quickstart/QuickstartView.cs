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
    public static void PrintIntroduction(IAnsiConsole console, string path, BackendFleet? fleet, int serverId, string logPath)
    {
        console.MarkupLineInterpolated($"Serving {path}: DNS on {QuickstartPlan.Dns}, HTTP on {QuickstartPlan.Http} (pid {serverId}, log {logPath})");
        foreach (BackendPlan backend in fleet is null ? [] : QuickstartPlan.Backends)
        {
            console.MarkupLineInterpolated($"backend {backend.Name} at site {backend.Site}: http://{backend.Address} {fleet?.Describe(backend)}");
        }
        console.WriteLine();
        console.WriteLine("Try in another terminal:");
        foreach ((string command, string shows) in QuickstartPlan.Commands)
        {
            console.MarkupLineInterpolated($"  [bold]{command}[/]");
            console.MarkupLineInterpolated($"      [grey]{shows}[/]");
        }
        console.WriteLine();
        console.WriteLine("Fail a backend: kill its pid, or curl -X POST http://127.0.1.1:8080/down (and /up to bring it back).");
        console.WriteLine("Start a killed one again: out/meridian backend --listen 127.0.1.1:8080 --name eu-1 --site eu");
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
        foreach (BackendPlan backend in QuickstartPlan.Backends)
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
        string keys = state.Fleet is null ? "q ends" : "1 stops or starts site eu, 2 site us, q ends";
        return new Rows(table, new Text(
            $"share of the last answers to www.example.test as seen from NL, US, BR, JP, and to canary.example.test; {state.Sampler.UnansweredCount} unanswered. {keys}"));
    }

    /// <summary>The same in one line, for logs and scripts.</summary>
    public static string Line(QuickstartState state)
    {
        IEnumerable<string> sites = QuickstartPlan.Sites.Select(site =>
        {
            BackendPlan[] backends = [.. QuickstartPlan.Backends.Where(backend => backend.Site == site)];
            return $"{site} {backends.Count(backend => state.HealthOf(backend) == HealthState.Up)}/{backends.Length} up";
        });
        IEnumerable<string> samples = QuickstartPlan.Samples.Select(sample => $"{sample.Label}: {SiteShares(state, sample)}");
        return $"{string.Join(", ", sites)} | {string.Join(" | ", samples)} | {state.Sampler.UnansweredCount} unanswered";
    }

    // Each answer's addresses stand for their site: the members of one site come together in one answer.
    private static string SiteShares(QuickstartState state, SamplePlan sample)
    {
        IEnumerable<string> shares = QuickstartPlan.Sites
            .Select(site => (Site: site, Share: QuickstartPlan.Backends.Where(backend => backend.Site == site)
                .Max(backend => state.Sampler.SharesOf(sample).ShareOf(backend.Address.Address)) ?? 0))
            .Where(item => item.Share > 0)
            .Select(item => $"{item.Site} {Percent(item.Share)}");
        string text = string.Join(" ", shares);
        return text.Length > 0 ? text : "none";
    }

    private static string Share(double? share) => share switch
    {
        null => "",
        0 => "[grey]-[/]",
        { } some => Percent(some),
    };

    private static string Percent(double share) => Math.Round(share * 100).ToString(CultureInfo.InvariantCulture) + "%";
}
