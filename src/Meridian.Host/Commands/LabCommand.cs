using System.CommandLine;
using Meridian.Host.Lab;

namespace Meridian.Host.Commands;

/// <summary><c>meridian lab</c></summary>
internal static class LabCommand
{
    public static Command Create()
    {
        Option<LabScenario> scenario = new("--scenario") { Description = "failover, drain, canary, mistake or herd.", DefaultValueFactory = _ => LabScenario.Failover };
        Option<string> ttl = new("--ttl") { Description = "TTL in seconds; several go through the same event side by side.", HelpName = "SECONDS,…", DefaultValueFactory = _ => "20" };
        Option<int> names = new("--names") { Description = "Names of each TTL: so many more independent entries in every cache.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
        Option<string> weights = new("--weights") { Description = "Weights of the two regions.", HelpName = "EU/US", DefaultValueFactory = _ => "70/30" };
        Option<string[]> mix = new("--mix")
        {
            Description = $"Addresses of each kind: {string.Join(", ", ResolverKind.All.Select(kind => kind.Name))}. May be given more than once.",
            HelpName = "KIND=COUNT,…",
            DefaultValueFactory = _ => [LabCommandLine.DefaultMix],
        };
        Option<double> rate = new("--rate") { Description = "Lookups per second of each name behind each cache.", HelpName = "NUMBER", DefaultValueFactory = _ => 2 };
        Option<double> jitter = new("--jitter") { Description = "How far TTLs vary per answer, in percent.", HelpName = "PERCENT", DefaultValueFactory = _ => 0 };
        Option<double?> watch = new("--watch") { Description = "Seconds to look on after the event; unless given, as long as the slowest cache needs.", HelpName = "SECONDS" };
        Option<bool> models = new("--models") { Description = "Use the built-in models of resolvers, installed or not." };
        Option<int> seed = new("--seed") { Description = "The clients' chance comes from it.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
        Option<string?> html = new("--html") { Description = "Write a report with charts to this file.", HelpName = "FILE" };
        Option<string?> samples = new("--samples") { Description = "Write every single lookup to this file, as CSV.", HelpName = "FILE" };
        Command command = new("lab", "Put real caching resolvers in front of a server, let a region fail, and watch who moves when.")
        {
            scenario, ttl, names, weights, mix, rate, jitter, watch, models, seed, html, samples,
        };
        command.SetAction((result, cancellationToken) => LabCommandLine.RunAsync(
            new LabOptions
            {
                Scenario = result.GetValue(scenario),
                NamesPerTtl = result.GetValue(names),
                LookupsPerSecond = result.GetValue(rate),
                Jitter = result.GetValue(jitter) / 100,
                Watch = result.GetValue(watch) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 86_400)) : null,
                Seed = result.GetValue(seed),
                Html = result.GetValue(html),
                Samples = result.GetValue(samples),
            },
            new LabWords(result.GetRequiredValue(ttl), result.GetRequiredValue(weights), [.. result.GetRequiredValue(mix)], result.GetValue(models)),
            result.InvocationConfiguration.Output,
            result.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }
}
