using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Meridian.Client.Wire;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Host.Status;

namespace Meridian.Host.Commands.Changes;

/// <summary><c>meridian plan</c> and <c>meridian apply</c></summary>
internal static class ApplyCommands
{
    public static Command CreatePlan()
    {
        Argument<string> path = CommandOptions.ConfigurationPath();
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        var command = new Command("plan", "Show what making these files the configuration of a running store would change, and for whom.") { path, url, json };
        command.SetAction((result, cancellationToken) => SendAsync(
            result.GetRequiredValue(path), result.GetRequiredValue(url), "api/v1/configuration?dry-run=true", set => set,
            result.GetValue(json), result.InvocationConfiguration, cancellationToken));
        return command;
    }

    public static Command CreateApply()
    {
        Argument<string> path = CommandOptions.ConfigurationPath();
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Option<string> reason = ChangeRequest.Reason();
        Option<string> message = ChangeRequest.Message();
        var plan = new Option<string>("--plan")
        {
            Description = "The hash that 'meridian plan' printed: applies exactly that, or nothing when the world has moved since.",
            HelpName = "HASH",
        };
        var staged = new Option<string>("--staged")
        {
            Description = "Percentages of the queries that meet the change one after another, such as 1,5,25,100; a last 100 makes it everybody's.",
            HelpName = "PERCENT,...",
        };
        var every = new Option<string>("--every") { Description = "How long each step lasts.", HelpName = "10m", DefaultValueFactory = _ => "10m" };
        var guard = new Option<string[]>("--guard")
        {
            Description = "A monitor that takes the staged change back when it says down; may be given several times.",
            HelpName = "MONITOR",
        };
        var command = new Command("apply", "Make these files the configuration of a running store.") { path, plan, reason, message, staged, every, guard, url, json };
        command.SetAction((result, cancellationToken) =>
        {
            string files = result.GetRequiredValue(path);
            Client.Wire.ChangeSet Complete(Client.Wire.ChangeSet set) => set with
            {
                Message = result.GetValue(message) ?? $"apply {files}",
                Reason = result.GetValue(reason),
                PlanHash = result.GetValue(plan),
            };
            return result.GetValue(staged) is { } steps
                ? StageCommands.StageAsync(
                    new StageWish(steps, result.GetValue(every) ?? "", [.. result.GetValue(guard) ?? []]),
                    files, result.GetRequiredValue(url), Complete, result.InvocationConfiguration, cancellationToken)
                : SendAsync(
                    files, result.GetRequiredValue(url), "api/v1/configuration?wait=true", Complete, result.GetValue(json), result.InvocationConfiguration, cancellationToken);
        });
        return command;
    }

    private static async Task<int> SendAsync(
        string path, Uri url, string target, Func<Client.Wire.ChangeSet, Client.Wire.ChangeSet> complete, bool asJson, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        if (await ReadAsync(path, streams) is not { } changes)
        {
            return ExitCodes.Failure;
        }
        using var client = new LocalEndpointClient(url, ChangeRequest.Timeout);
        EndpointReply reply = await client.SendJsonAsync(
            HttpMethod.Put, target, complete(new Client.Wire.ChangeSet { Changes = changes }), cancellationToken);
        return await ChangeRequest.PrintAsync(reply, asJson, streams);
    }

    /// <summary>The documents of files; null, with the errors told, when they have any.</summary>
    internal static async Task<ImmutableArray<Change>?> ReadAsync(string path, InvocationConfiguration streams)
    {
        // Read here: the files are on this machine, and their errors have lines.
        LoadResult loaded = new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(path);
        if (loaded.Model is null)
        {
            await streams.Error.WriteLineAsync(ConfigurationReport.ToText(loaded));
            return null;
        }
        return
        [
            .. ConfigurationImport.ToDocuments(loaded).Select(change => new Change
            {
                Kind = change.Key.Kind,
                Name = change.Key.Name,
                Body = JsonElement.Parse(change.Body.GetValueOrDefault().Utf8),
            }),
        ];
    }
}
