using System.CommandLine;
using System.Net;
using Meridian.Host.Runbooks;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian drill walk</c></summary>
internal static class DrillWalkCommand
{
    public static Command Create(Func<RootCommand> root)
    {
        Argument<FileInfo> path = new("runbook") { Description = "A runbook: Markdown with numbered steps, and commands in backticks.", HelpName = "FILE" };
        Option<string[]> set = new("--set") { Description = "What stands for a word in capitals, such as SITE=eu. May be repeated.", HelpName = "NAME=VALUE" };
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("walk", "Walk through a runbook: run the commands that only look, and tick off each step in the report of the drill that runs.") { path, set, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            InvocationConfiguration streams = result.InvocationConfiguration;
            Dictionary<string, string> values = new(StringComparer.Ordinal);
            foreach (string pair in result.GetValue(set) ?? [])
            {
                int equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1)
                {
                    await streams.Error.WriteLineAsync($"'{pair}' is no pair: write it as SITE=eu.");
                    return ExitCodes.Usage;
                }
                values[pair[..equals]] = pair[(equals + 1)..];
            }
            if (await ReadAsync(result.GetRequiredValue(path), streams, cancellationToken) is not { } runbook)
            {
                return ExitCodes.Failure;
            }
            RunbookWalk walk = new(root(), result.GetRequiredValue(url), values, streams);
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            return await WalkAsync(runbook, walk, client, streams, cancellationToken);
        });
        return command;
    }

    private static async Task<Runbook?> ReadAsync(FileInfo path, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        try
        {
            Runbook runbook = Runbook.Parse(await File.ReadAllTextAsync(path.FullName, cancellationToken));
            if (!runbook.Steps.IsEmpty)
            {
                return runbook;
            }
            await streams.Error.WriteLineAsync($"{path.Name} has no numbered steps.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await streams.Error.WriteLineAsync(e.Message);
        }
        return null;
    }

    private static async Task<int> WalkAsync(Runbook runbook, RunbookWalk walk, LocalEndpointClient client, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        await streams.Output.WriteLineAsync(runbook.Title);
        List<(RunbookStep Step, StepOutcome Outcome)> walked = [];
        bool isKept = true;
        foreach (RunbookStep step in runbook.Steps)
        {
            StepOutcome outcome = await walk.StepAsync(step, cancellationToken);
            walked.Add((step, outcome));
            string text = $"{runbook.Title}, step {step.Number}, {step.Title}: {WordOf(outcome)}";
            EndpointReply reply = await client.CommandAsync(
                $"api/v1/drill/walk?step={Uri.EscapeDataString(text)}&by={Uri.EscapeDataString(Environment.UserName)}&format=text", cancellationToken);
            isKept &= reply.Status == HttpStatusCode.OK;
        }
        await streams.Output.WriteLineAsync($"\n{runbook.Title}: walked through");
        foreach ((RunbookStep step, StepOutcome outcome) in walked)
        {
            await streams.Output.WriteLineAsync($"  {BoxOf(outcome)} {step.Number}. {step.Title}{(outcome == StepOutcome.Done ? "" : $" ({WordOf(outcome)})")}");
        }
        if (!isKept)
        {
            await streams.Output.WriteLineAsync("no drill runs: this was not noted down anywhere");
        }
        return walked.Any(one => one.Outcome == StepOutcome.Failed) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static string BoxOf(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Done => "[x]",
        StepOutcome.Failed => "[!]",
        _ => "[ ]",
    };

    private static string WordOf(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Done => "done",
        StepOutcome.ByHand => "by hand, where it is meant",
        StepOutcome.Read => "to be thought about",
        _ => "a command of it did not work",
    };
}
