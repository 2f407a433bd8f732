using System.Collections.Immutable;
using System.CommandLine;

namespace Meridian.Host.Runbooks;

/// <summary>
/// Walks through a runbook: runs the commands that only look, leaves those that change something to a person, and ticks off each step.
/// </summary>
/// <param name="root">All commands.</param>
/// <param name="url">The server.</param>
/// <param name="values">What is put into the commands' blanks.</param>
/// <param name="streams">Where it is told.</param>
internal sealed class RunbookWalk(RootCommand root, Uri url, IReadOnlyDictionary<string, string> values, InvocationConfiguration streams)
{
    private const string UrlOption = "--url";

    /// <summary>Walks through one step.</summary>
    /// <returns>How it ended.</returns>
    public async Task<StepOutcome> StepAsync(RunbookStep step, CancellationToken cancellationToken)
    {
        await streams.Output.WriteLineAsync($"\n{step.Number}. {step.Title}");
        bool hasRun = false;
        bool isLeft = false;
        foreach (RunbookCommand command in step.Commands.Select(text => RunbookCommand.Fill(text, values)))
        {
            if (!command.OnlyLooks || !command.Blanks.IsEmpty)
            {
                isLeft = true;
                await streams.Output.WriteLineAsync(command.OnlyLooks
                    ? $"   left out: {command}: say what {string.Join(", ", command.Blanks)} is, with --set {command.Blanks[0]}=…"
                    : $"   by hand: {command}");
                continue;
            }
            await streams.Output.WriteLineAsync($"   $ {command}");
            int code = await RunAsync(command, cancellationToken);
            if (code != ExitCodes.Success)
            {
                await streams.Output.WriteLineAsync($"   it ended with {code}");
                return StepOutcome.Failed;
            }
            hasRun = true;
        }
        return hasRun ? StepOutcome.Done : isLeft ? StepOutcome.ByHand : StepOutcome.Read;
    }

    private async Task<int> RunAsync(RunbookCommand command, CancellationToken cancellationToken)
    {
        ImmutableArray<string> arguments = HasUrl(root, command.Arguments) ? command.Arguments.AddRange(UrlOption, url.AbsoluteUri) : command.Arguments;
        ParseResult parsed = root.Parse(arguments);
        foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
        {
            await streams.Output.WriteLineAsync($"   {error.Message}");
        }
        return parsed.Errors.Count > 0
            ? ExitCodes.Usage
            : await parsed.InvokeAsync(new InvocationConfiguration { Output = streams.Output, Error = streams.Error }, cancellationToken);
    }

    private static bool HasUrl(Command command, ImmutableArray<string> arguments)
    {
        foreach (string word in arguments)
        {
            if (command.Subcommands.FirstOrDefault(sub => sub.Name == word) is not { } found)
            {
                break;
            }
            command = found;
        }
        return command.Options.Any(option => option.Name == UrlOption);
    }
}

/// <summary>How a step of a runbook ended.</summary>
internal enum StepOutcome
{
    /// <summary>Its commands were run, and did what they are there for.</summary>
    Done,

    /// <summary>It has only commands that change something, or lack what is to be put in.</summary>
    ByHand,

    /// <summary>It has no commands: there is something to read and think about.</summary>
    Read,

    /// <summary>A command of it did not work.</summary>
    Failed,
}
