using System.CommandLine;
using Meridian.Host.Simulating;

namespace Meridian.Host.Commands;

/// <summary><c>meridian ttl</c></summary>
internal static class TtlCommands
{
    public static Command Create()
    {
        Argument<string> path = CommandOptions.ConfigurationPath();
        Argument<string?> name = new("name")
        {
            Description = "A steered name; the first one unless given.",
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> site = new("--fail") { Description = "The site that fails; the one with the most traffic unless given.", HelpName = "SITE" };
        Option<string?> target = new("--rto") { Description = "In what time 95 % of the traffic is to have moved, such as 2m.", HelpName = "DURATION" };
        Option<string?> population = new("--population") { Description = "Who asks; a documented population unless given.", HelpName = "FILE" };
        Option<ulong> seed = new("--seed") { Description = "All chance comes from it.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
        Option<bool> json = CommandOptions.Json();
        Command advise = new("advise", "Show what each TTL costs in load and in failover time, and what a time to recover needs.")
        {
            path, name, site, target, population, seed, json,
        };
        advise.SetAction((result, cancellationToken) => Task.FromResult(TtlAdvisor.Run(
            new SimulationArguments
            {
                Path = result.GetRequiredValue(path),
                Name = result.GetValue(name),
                Population = result.GetValue(population),
                Seed = result.GetValue(seed),
                AsJson = result.GetValue(json),
            },
            result.GetValue(site),
            result.GetValue(target),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken)));
        return new Command("ttl", "Choose TTLs with open eyes.") { advise };
    }
}
