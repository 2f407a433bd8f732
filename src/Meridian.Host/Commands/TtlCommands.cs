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
        Option<bool> observed = new("--observed") { Description = "Scale the load to what the running server at --url was asked in the last hour." };
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Command advise = new("advise", "Show what each TTL costs in load and in failover time, and what a time to recover needs.")
        {
            path, name, site, target, population, observed, url, seed, json,
        };
        advise.SetAction(async (result, cancellationToken) =>
        {
            InvocationConfiguration streams = result.InvocationConfiguration;
            IReadOnlyDictionary<string, double>? rates = null;
            if (result.GetValue(observed))
            {
                rates = await ObservedRates.AskAsync(result.GetRequiredValue(url), streams.Error, cancellationToken);
                if (rates is null)
                {
                    return ExitCodes.Unreachable;
                }
            }
            return TtlAdvisor.Run(
                new SimulationArguments
                {
                    Path = result.GetRequiredValue(path),
                    Name = result.GetValue(name),
                    Population = result.GetValue(population),
                    Seed = result.GetValue(seed),
                    AsJson = result.GetValue(json),
                },
                result.GetValue(site), result.GetValue(target), rates, streams.Output, streams.Error, cancellationToken);
        });
        return new Command("ttl", "Choose TTLs with open eyes.") { advise };
    }
}
