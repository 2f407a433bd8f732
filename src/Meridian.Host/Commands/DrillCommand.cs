using System.CommandLine;
using System.Globalization;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian drill</c></summary>
internal static class DrillCommand
{
    public static Command Create() => new("drill", "Play a failure for a share of the clients, and see what moves, how fast, and what breaks.")
    {
        CreateFail(),
        CreateShow(),
        CreateStop(),
        CreateDays(),
        CreateCancel(),
        DrillWalkCommand.Create(CommandLineShell.BuildTree),
    };

    private static Command CreateFail()
    {
        Argument<string> site = new("site") { Description = "The site that fails, for health alone: nothing is switched off.", HelpName = "SITE" };
        Option<string> share = new("--share") { Description = "The part of the clients, by observed queries.", HelpName = "PERCENT", DefaultValueFactory = _ => "10%" };
        Option<TimeSpan> duration = DurationOption.Create("--for", "How long.", TimeSpan.FromMinutes(10));
        Option<string[]> stopIf = new("--stop-if") { Description = "A monitor that ends it when a member that it checks goes down. May be repeated.", HelpName = "MONITOR" };
        Option<string?> at = new("--at") { Description = "When it begins.", HelpName = "TIME" };
        Option<string?> days = new("--days") { Description = "On which days it comes again, such as tue or mon-fri: a game day.", HelpName = "DAYS" };
        Option<string> hour = new("--hour") { Description = "At which time of these days.", HelpName = "HH:MM", DefaultValueFactory = _ => "10:00" };
        Option<string> zone = new("--time-zone") { Description = "Whose clock that is.", HelpName = "ZONE", DefaultValueFactory = _ => "UTC" };
        Option<string?> name = new("--name") { Description = "What the game day is called; the site unless given.", HelpName = "NAME" };
        Option<string> reason = new("--reason") { Description = "Why; shown with the drill and in the log.", DefaultValueFactory = _ => "drill" };
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("fail", "Let a site fail for a share of the clients. Clients of strict places stay in their place.") { site, share, duration, stopIf, at, days, hour, zone, name, reason, url };
        command.Validators.Add(result =>
        {
            if (result.GetValue(at) is not null && result.GetValue(days) is not null)
            {
                result.AddError("--at is for once, --days is for every week: give one of them.");
            }
        });
        command.SetAction((result, cancellationToken) =>
        {
            List<string> query =
            [
                $"site={Uri.EscapeDataString(result.GetRequiredValue(site))}",
                $"percent={Uri.EscapeDataString(result.GetRequiredValue(share).TrimEnd('%'))}",
                string.Create(CultureInfo.InvariantCulture, $"seconds={(long)result.GetValue(duration).TotalSeconds}"),
                .. (result.GetValue(stopIf) ?? []).Select(monitor => $"stop-if={Uri.EscapeDataString(monitor)}"),
                ByOf(result.GetRequiredValue(reason)),
                "format=text",
            ];
            if (result.GetValue(at) is { } time)
            {
                query.Add($"at={Uri.EscapeDataString(time)}");
            }
            if (result.GetValue(days) is not { } weekdays)
            {
                return CommandAsync(result, url, $"api/v1/drill?{string.Join('&', query)}", cancellationToken);
            }
            query.Add($"name={Uri.EscapeDataString(result.GetValue(name) ?? result.GetRequiredValue(site))}");
            query.Add($"days={Uri.EscapeDataString(weekdays)}");
            query.Add($"hour={Uri.EscapeDataString(result.GetRequiredValue(hour))}");
            query.Add($"time-zone={Uri.EscapeDataString(result.GetRequiredValue(zone))}");
            return CommandAsync(result, url, $"api/v1/drill/days?{string.Join('&', query)}", cancellationToken);
        });
        return command;
    }

    private static Command CreateShow()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        var command = new Command("show", "Show the drill that runs or waits, or the report of the last one.") { url, json };
        command.SetAction((result, cancellationToken) => ServerText.PrintAsync(
            result.GetRequiredValue(url), $"api/v1/drill?format={(result.GetValue(json) ? "json" : "text")}", result.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static Command CreateDays()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        var command = new Command("days", "Show the game days, and what became of those that came.") { url, json };
        command.SetAction((result, cancellationToken) => ServerText.PrintAsync(
            result.GetRequiredValue(url), $"api/v1/drill/days?format={(result.GetValue(json) ? "json" : "text")}", result.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static Command CreateCancel()
    {
        Argument<string> name = new("name") { Description = "The game day.", HelpName = "NAME" };
        Option<string> reason = new("--reason") { Description = "Why.", DefaultValueFactory = _ => "cancelled by hand" };
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("cancel", "Have a game day come no more. A drill of it that runs goes on; 'stop' ends that.") { name, reason, url };
        command.SetAction((result, cancellationToken) => CommandAsync(
            result, url,
            $"api/v1/drill/days/cancel?name={Uri.EscapeDataString(result.GetRequiredValue(name))}&{ByOf(result.GetRequiredValue(reason))}&format=text", cancellationToken));
        return command;
    }

    private static Command CreateStop()
    {
        Option<string> reason = new("--reason") { Description = "Why.", DefaultValueFactory = _ => "stopped by hand" };
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("stop", "End the drill that runs or waits.") { reason, url };
        command.SetAction((result, cancellationToken) =>
            CommandAsync(result, url, $"api/v1/drill/stop?{ByOf(result.GetRequiredValue(reason))}&format=text", cancellationToken));
        return command;
    }

    private static string ByOf(string reason) => $"by={Uri.EscapeDataString($"{Environment.UserName}: {reason}")}";

    private static async Task<int> CommandAsync(ParseResult result, Option<Uri> url, string target, CancellationToken cancellationToken)
    {
        using var client = new LocalEndpointClient(result.GetRequiredValue(url));
        return await ServerText.PrintAsync(await client.CommandAsync(target, cancellationToken), result.InvocationConfiguration);
    }
}
