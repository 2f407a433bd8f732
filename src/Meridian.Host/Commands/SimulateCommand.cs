using System.CommandLine;
using Meridian.Host.Simulating;

namespace Meridian.Host.Commands;

/// <summary><c>meridian simulate</c></summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        Argument<string> path = CommandOptions.ConfigurationPath();
        Option<string?> name = new("--name") { Description = "The name that clients look up; the first steered one unless given.", HelpName = "NAME" };
        Option<string> type = new("--type") { Description = "A, AAAA or CNAME.", HelpName = "TYPE", DefaultValueFactory = _ => "A" };
        Option<string?> population = new("--population") { Description = "Who asks; a documented population unless given.", HelpName = "FILE" };
        Option<string?> scenario = new("--scenario") { Description = "What happens; nothing, for a day, unless given.", HelpName = "FILE" };
        Option<ulong> seed = new("--seed") { Description = "All chance comes from it.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
        Option<string?> html = new("--html") { Description = "Write a report with charts to this file as well.", HelpName = "FILE" };
        Option<string?> sweep = new("--sweep")
        {
            Description = "Run once for each value and print a table: ttl=10s,60s, jitter=0%,10%, skew=0,1 or subnet-share=0%,50%.",
            HelpName = "KEY=VALUES",
        };
        Option<bool> json = CommandOptions.Json();
        Command command = new("simulate", "Show what a population of resolvers and clients makes of a configuration: shares, failover tails, load.")
        {
            path, name, type, population, scenario, seed, html, sweep, json,
        };
        command.SetAction((result, cancellationToken) => Task.FromResult(SimulationCommandLine.Run(
            new SimulationArguments
            {
                Path = result.GetRequiredValue(path),
                Name = result.GetValue(name),
                Type = result.GetRequiredValue(type),
                Population = result.GetValue(population),
                Scenario = result.GetValue(scenario),
                Seed = result.GetValue(seed),
                Html = result.GetValue(html),
                Sweep = result.GetValue(sweep),
                AsJson = result.GetValue(json),
            },
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken)));
        return command;
    }
}
