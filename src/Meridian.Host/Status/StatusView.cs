using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Diffing;
using Meridian.Control.Http;
using Meridian.Control.Resolving;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Quorum;
using Spectre.Console;

namespace Meridian.Host.Status;

/// <summary>Draws a server's state for a person.</summary>
internal static class StatusView
{
    public static void Print(StatusReport report, IAnsiConsole console)
    {
        PrintServer(report, console);
        if (!report.Members.IsDefaultOrEmpty)
        {
            console.Write(MembersTable(report));
        }
        foreach (OutsideStatus name in report.Outside.IsDefaultOrEmpty ? [] : report.Outside)
        {
            PrintOutside(name, report.Now, console);
        }
        PrintCounters(report.Counters, console);
    }

    /// <summary>A location database that waits, in words.</summary>
    public static string DescribeHeld(HeldPlacesStatus held)
    {
        string moves = held is { ShareOfIPv4: { } share, ShareOfIPv6: { } shareOfIPv6 }
            ? $"it would move {new MovedShare(share, shareOfIPv6)}"
            : "the configuration does not compile with it";
        return string.Create(CultureInfo.InvariantCulture, $"{held.Path}, of {held.BuiltAt.UtcDateTime:yyyy-MM-dd}, since {held.Since.UtcDateTime:yyyy-MM-dd HH:mm}Z; {moves}");
    }

    /// <summary>A member's word of the health checks, coloured.</summary>
    public static string Markup(HealthState health) => health switch
    {
        HealthState.Up => "[green]up[/]",
        HealthState.Down => "[red]down[/]",
        _ => "[yellow]unknown[/]",
    };

    private static void PrintServer(StatusReport report, IAnsiConsole console)
    {
        console.MarkupLineInterpolated($"meridian {report.Version}, up {Ages.Format(report.Now - report.StartedAt)}, on {string.Join(", ", report.Listening)}");
        if (report.Revision is { } revision)
        {
            console.MarkupLineInterpolated($"revision {revision.Number}, serial {revision.SoaSerial}, {revision.ZoneCount} zone(s), digest {Shorten(revision.Digest)}");
        }
        if (report.Geo is { } geo)
        {
            string built = geo.BuiltAt is { } date ? $" of {date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" : "";
            console.MarkupLineInterpolated($"places from {geo.Database}{built}");
            if (geo.Held is { } held)
            {
                console.MarkupLineInterpolated($"[yellow]a newer location database waits[/]: {DescribeHeld(held)}; look at it, then `meridian geo accept`");
            }
        }
        PrintConfiguration(report, console);
        if (report.Breaker is { } breaker)
        {
            console.MarkupLineInterpolated(
                $"[red]circuit breaker open[/]: {breaker.Reason}; {breaker.WithheldMembers} members that are down stay in answers until `meridian thaw`");
        }
        if (report.BreakerMeasure is { } measure && (report.Breaker is not null || measure.Contains("traffic", StringComparison.Ordinal)))
        {
            console.MarkupLineInterpolated($"[dim]what the breaker counts[/]: {measure}");
        }
        foreach (PlannedStatus planned in report.Planned)
        {
            console.MarkupLineInterpolated(
                $"planned {planned.Id}: {planned.Message} ({planned.Name}), {planned.Step}; next step at {planned.NextAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}Z{(planned.Note.Length > 0 ? $"; {planned.Note}" : "")}");
        }
        foreach (VantageStatus vantage in report.Vantages)
        {
            PrintVantage(vantage, report.Now, console);
        }
        foreach (string missing in report.Readiness.Missing)
        {
            console.MarkupLineInterpolated($"[yellow]not ready:[/] {missing}");
        }
    }

    private static void PrintOutside(OutsideStatus name, DateTimeOffset now, IAnsiConsole console)
    {
        string addresses = name.Addresses.IsEmpty ? name.State : string.Join(", ", name.Addresses);
        string end = name.IsStale ? " [yellow]stale[/]"
            : name.ExpiresAt is { } at ? string.Create(CultureInfo.InvariantCulture, $", {Math.Max(0, (at - now).TotalSeconds):0} s left") : "";
        string chain = name.Chain.IsEmpty ? "" : $" over {string.Join(" → ", name.Chain)}";
        string since = (name.FailingSince ?? name.DeniedSince) is { } begun ? $" for {Ages.Format(now - begun)}" : "";
        string problem = name.Problem is { } words ? $"; [{(name.IsAlarmed ? "red" : "yellow")}]in trouble{since}[/]: {words.EscapeMarkup()}" : "";
        console.MarkupLine($"outside {name.Name.EscapeMarkup()} {name.Type}: {addresses.EscapeMarkup()}{end}{chain.EscapeMarkup()}{problem}");
    }

    private static void PrintVantage(VantageStatus vantage, DateTimeOffset now, IAnsiConsole console)
    {
        string since = vantage.Since is { } at ? $" for {Ages.Format(now - at)}" : "";
        string where = vantage.IsLocal ? "this server" : vantage.Address ?? "not connected";
        string remark = vantage.State == VantageState.Sighted ? "" : $": {vantage.Remark}";
        string color = vantage.State == VantageState.Sighted ? "green" : "red";
        console.MarkupLine($"vantage point {vantage.Name.EscapeMarkup()} ({where.EscapeMarkup()}): [{color}]{VantageStates.NameOf(vantage.State)}[/]{since}{remark.EscapeMarkup()}");
    }

    private static void PrintConfiguration(StatusReport report, IAnsiConsole console)
    {
        ConfigurationStatus configuration = report.Configuration;
        string loaded = configuration.LoadedAt is { } at ? $", loaded {Ages.Format(report.Now - at)} ago" : "";
        if (configuration.State == ConfigurationState.Ok)
        {
            console.MarkupLineInterpolated($"configuration {configuration.Source}: [green]ok[/]{loaded}");
            return;
        }
        string refused = configuration.RefusedAt is { } when ? $" {Ages.Format(report.Now - when)} ago" : "";
        console.MarkupLineInterpolated($"configuration {configuration.Source}: [red]the newest was refused[/]{refused}; the one before goes on serving{loaded}");
        foreach (string error in configuration.Errors)
        {
            console.MarkupLineInterpolated($"  {error}");
        }
    }

    private static Table MembersTable(StatusReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("pool", "member", "site", "weight", "admin", "health", "since", "last reason");
        table.Columns[3].RightAligned();
        table.Columns[6].RightAligned();
        foreach (MemberReport member in report.Members)
        {
            table.AddRow(
                member.Pool.EscapeMarkup(),
                member.Target.EscapeMarkup(),
                (member.Site ?? "").EscapeMarkup(),
                member.Weight.ToString(CultureInfo.InvariantCulture),
                AdminMarkup(member, report.Now),
                member.Monitor is null ? "[grey]not checked[/]" : Markup(member.Health),
                member.Since is { } since ? Ages.Format(report.Now - since) : "",
                VotesOf(member) + (member.Remark is { } remark ? $"{remark}; {member.Reason}" : member.Reason ?? "").EscapeMarkup());
        }
        return table;
    }

    // Only where they are not of one mind: that is what somebody must look at.
    private static string VotesOf(MemberReport member)
    {
        bool isUnanimous = member.Votes.IsDefaultOrEmpty
            || member.Votes.All(vote => vote.Standing == VantageState.Sighted && vote.State == member.Health);
        return isUnanimous ? "" : string.Join(", ", member.Votes.Select(vote =>
            $"{vote.Vantage} {(vote.Standing == VantageState.Sighted ? vote.State.ToString().ToLowerInvariant() : VantageStates.NameOf(vote.Standing))}")).EscapeMarkup() + "; ";
    }

    private static string AdminMarkup(MemberReport member, DateTimeOffset now)
    {
        string word = member.AdminState switch
        {
            AdminState.Auto => "auto",
            AdminState.Draining => "[yellow]draining[/]",
            AdminState.ForcedUp => "[yellow]forced up[/]",
            AdminState.ForcedDown => "[red]forced down[/]",
            _ => "unknown",
        };
        string why = member.AdminReason is { } reason ? $" ({reason.EscapeMarkup()})" : "";
        string until = member.AdminUntil is { } end && end > now ? $", {Ages.Format(end - now)} left" : "";
        return word + why + until;
    }

    private static void PrintCounters(CounterStatus counters, IAnsiConsole console)
    {
        console.MarkupLineInterpolated(
            $"queries: {counters.QueriesUdp} UDP, {counters.QueriesTcp} TCP; steered {counters.Steered}, failed open {counters.FailedOpen}, truncated {counters.Truncated}");
        PrintBreakdown("responses", counters.Responses, console);
        PrintBreakdown("dropped", counters.Dropped, console);
        console.MarkupLineInterpolated($"reloads: {counters.ReloadsAccepted} accepted, {counters.ReloadsRefused} refused");
    }

    private static void PrintBreakdown(string what, ImmutableSortedDictionary<string, long> counts, IAnsiConsole console)
    {
        if (counts.Count > 0)
        {
            console.MarkupLineInterpolated($"{what}: {string.Join(", ", counts.Select(item => $"{item.Key} {item.Value}"))}");
        }
    }

    private static string Shorten(string digest) => digest.Length > 12 ? digest[..12] : digest;
}
