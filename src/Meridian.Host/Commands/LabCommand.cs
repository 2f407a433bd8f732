using System.CommandLine;
using Meridian.Host.Lab;

namespace Meridian.Host.Commands;

/// <summary><c>meridian lab</c></summary>
internal static class LabCommand
{
    public static Command Create()
    {
        Option<LabScenario> scenario = new("--scenario") { Description = "failover, drain, canary or mistake.", DefaultValueFactory = _ => LabScenario.Failover };
        Option<int> ttl = new("--ttl") { Description = "TTL of the name in seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => 20 };
        Option<string> weights = new("--weights") { Description = "Weights of the two regions.", HelpName = "EU/US", DefaultValueFactory = _ => "70/30" };
        Option<string> mix = new("--mix")
        {
            Description = $"Caches of each kind: {string.Join(", ", ResolverKind.All.Select(kind => kind.Name))}.",
            HelpName = "KIND=COUNT,…",
            DefaultValueFactory = _ => LabCommandLine.DefaultMix,
        };
        Option<double> rate = new("--rate") { Description = "Lookups per second behind each cache.", HelpName = "NUMBER", DefaultValueFactory = _ => 2 };
        Option<int> seed = new("--seed") { Description = "The clients' chance comes from it.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
        Option<string?> html = new("--html") { Description = "Write a report with charts to this file.", HelpName = "FILE" };
        Command command = new("lab", "Put real caching resolvers in front of a server, let a region fail, and watch who moves when.")
        {
            scenario, ttl, weights, mix, rate, seed, html,
        };
        command.SetAction((result, cancellationToken) => LabCommandLine.RunAsync(
            new LabOptions
            {
                Scenario = result.GetValue(scenario),
                Ttl = result.GetValue(ttl),
                LookupsPerSecond = result.GetValue(rate),
                Seed = result.GetValue(seed),
                Html = result.GetValue(html),
            },
            result.GetRequiredValue(weights),
            result.GetRequiredValue(mix),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }
}
