using System.CommandLine;
using System.Globalization;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian what-if</c></summary>
internal static class WhatIfCommand
{
    public static Command Create()
    {
        Option<string[]> down = Many("--down", "SITE", "A site that goes down.");
        Option<string[]> drain = Many("--drain", "POOL/TARGET|POOL|SITE", "A member, a pool or a site that is drained.");
        Option<string[]> weight = Many("--weight", "POLICY/CHILD=N", "Another weight.");
        Option<string[]> ttl = Many("--ttl", "POLICY=SECONDS", "Another TTL.");
        Option<long> demand = new("--demand") { Description = "What all sites together carry now, in the unit of their capacities.", HelpName = "N" };
        Option<TimeSpan> window = DurationOption.Create("--window", "How far back to look at who asks, in whole minutes.", TimeSpan.FromHours(1));
        Option<string> format = new("--format") { Description = "text, json or html.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "html");
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("what-if", "Show what the clients that a running server observed would do after an event: who moves where, and who gets nothing.")
        {
            down, drain, weight, ttl, demand, window, format, url,
        };
        command.SetAction((result, cancellationToken) =>
        {
            List<string> query =
            [
                .. Parts("down", result.GetValue(down)), .. Parts("drain", result.GetValue(drain)),
                .. Parts("weight", result.GetValue(weight)), .. Parts("ttl", result.GetValue(ttl)),
                string.Create(CultureInfo.InvariantCulture, $"minutes={(int)Math.Max(1, result.GetValue(window).TotalMinutes)}"),
                $"format={result.GetValue(format)}",
            ];
            if (result.GetValue(demand) is > 0 and { } carried)
            {
                query.Add(string.Create(CultureInfo.InvariantCulture, $"demand={carried}"));
            }
            return ServerText.PrintAsync(
                result.GetRequiredValue(url), $"api/v1/what-if?{string.Join('&', query)}", result.InvocationConfiguration, cancellationToken);
        });
        return command;
    }

    private static Option<string[]> Many(string name, string help, string description) => new(name) { Description = $"{description} May be repeated.", HelpName = help };

    private static IEnumerable<string> Parts(string name, string[]? values) => (values ?? []).Select(value => $"{name}={Uri.EscapeDataString(value)}");
}
