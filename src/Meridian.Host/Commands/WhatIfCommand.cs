using System.CommandLine;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Host.Commands.Changes;
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
        Option<string?> config = new("--config")
        {
            Description = "Another configuration, as 'meridian apply' takes it. Events may be supposed on top of it.",
            HelpName = "FILE|DIR",
        };
        Option<long> demand = new("--demand") { Description = "What all sites together carry now, in the unit of their capacities.", HelpName = "N" };
        Option<TimeSpan> window = DurationOption.Create("--window", "How far back to look at who asks, in whole minutes.", TimeSpan.FromHours(1));
        Option<string> format = new("--format") { Description = "text, json or html.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "html");
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("what-if", "Show what the clients that a running server observed would do after an event, or with another configuration: who moves where, and who gets nothing.")
        {
            config, down, drain, weight, ttl, demand, window, format, url,
        };
        command.SetAction(async (result, cancellationToken) =>
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
            string target = $"api/v1/what-if?{string.Join('&', query)}";
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (result.GetValue(config) is not { } path)
            {
                return await ServerText.PrintAsync(result.GetRequiredValue(url), target, streams, cancellationToken);
            }
            if (await ApplyCommands.ReadAsync(path, streams) is not { } documents)
            {
                return ExitCodes.Failure;
            }
            using var client = new LocalEndpointClient(result.GetRequiredValue(url), ChangeRequest.Timeout);
            return await ServerText.PrintAsync(
                await client.SendJsonAsync(HttpMethod.Post, target, new ChangeSet { Changes = documents }, cancellationToken), streams);
        });
        return command;
    }

    private static Option<string[]> Many(string name, string help, string description) => new(name) { Description = $"{description} May be repeated.", HelpName = help };

    private static IEnumerable<string> Parts(string name, string[]? values) => (values ?? []).Select(value => $"{name}={Uri.EscapeDataString(value)}");
}
