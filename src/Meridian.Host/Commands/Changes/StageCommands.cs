using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Meridian.Client.Wire;
using Meridian.Host.Status;

namespace Meridian.Host.Commands.Changes;

/// <summary><c>meridian apply --staged</c>, <c>staged</c>, <c>promote</c> and <c>abort</c></summary>
internal static partial class StageCommands
{
    public static Command CreateStaged()
    {
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("staged", "Show how far a staged change has come.") { url };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            EndpointReply reply = await client.GetAsync("api/v1/staged", cancellationToken);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (await ChangeRequest.ReadAsync<StagedChange>(reply, streams) is not { } staged)
            {
                return ChangeRequest.CodeOf(reply);
            }
            string next = staged.NextAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"next step at {at:HH:mm:ss}Z") : "'meridian promote' makes it everybody's";
            await streams.Output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{staged.Percent:0.##} % of {string.Join(", ", staged.Steps)} every {TimeSpan.FromSeconds(staged.EverySeconds)}; {next}; {staged.Message} ({staged.Author})"));
            if (staged.Shortfall is { } shortfall)
            {
                await streams.Output.WriteLineAsync($"it takes {shortfall}");
            }
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreatePromote() => CreateDecision("promote", "Make the staged change everybody's.");

    public static Command CreateAbort() => CreateDecision("abort", "Answer everybody from the current configuration again.");

    /// <summary>Begins a staged change.</summary>
    public static async Task<int> StageAsync(
        StageWish wish, string path, Uri url, Func<ChangeSet, ChangeSet> complete, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        if (!TryReadSteps(wish.Steps, out ImmutableArray<double> steps) || !TryReadDuration(wish.Every, out double seconds))
        {
            await streams.Error.WriteLineAsync("--staged takes percentages such as 1,5,25,100, and --every a time such as 90s, 10m or 1h.");
            return ExitCodes.Usage;
        }
        if (await ApplyCommands.ReadAsync(path, streams) is not { } changes)
        {
            return ExitCodes.Failure;
        }
        NewStage stage = new()
        {
            Change = complete(new ChangeSet { Changes = changes }),
            Steps = steps,
            EverySeconds = seconds,
            Guard = wish.Guard,
            Replaces = true,
        };
        using var client = new LocalEndpointClient(url, ChangeRequest.Timeout);
        EndpointReply reply = await client.SendJsonAsync(HttpMethod.Post, "api/v1/staged", stage, cancellationToken);
        return await ChangeRequest.PrintAsync(reply, asJson: false, streams);
    }

    private static Command CreateDecision(string word, string description)
    {
        Option<Uri> url = CommandOptions.Url();
        Option<string> reason = ChangeRequest.Reason();
        var command = new Command(word, description) { reason, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url), ChangeRequest.Timeout);
            EndpointReply reply = await client.SendJsonAsync(
                HttpMethod.Post, $"api/v1/staged/{word}", new Decision { Reason = result.GetValue(reason) }, cancellationToken);
            return await ChangeRequest.PrintAsync(reply, asJson: false, result.InvocationConfiguration);
        });
        return command;
    }

    private static bool TryReadSteps(string text, out ImmutableArray<double> steps)
    {
        ImmutableArray<double>.Builder read = ImmutableArray.CreateBuilder<double>();
        foreach (string part in text.Split(','))
        {
            if (double.TryParse(part.Trim().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double step))
            {
                read.Add(step);
            }
        }
        steps = read.ToImmutable();
        return steps.Length == text.Split(',').Length;
    }

    private static bool TryReadDuration(string text, out double seconds)
    {
        Match match = Duration().Match(text);
        seconds = match.Success
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * match.Groups[2].Value switch { "h" => 3600, "m" => 60, _ => 1 }
            : 0;
        return match.Success;
    }

    [GeneratedRegex(@"^([0-9]{1,6})(s|m|h)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}

/// <summary>What the command line says of steps.</summary>
internal sealed record StageWish(string Steps, string Every, ImmutableArray<string> Guard);
