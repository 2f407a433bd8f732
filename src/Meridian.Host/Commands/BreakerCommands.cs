using System.CommandLine;
using System.Net;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian freeze</c> and <c>meridian thaw</c></summary>
internal static class BreakerCommands
{
    public static Command CreateFreeze() => Create(
        "freeze", "Take no member out of answers, whatever the checks say, until thaw.", "Nothing is taken out any more; 'meridian thaw' goes on.");

    public static Command CreateThaw() => Create(
        "thaw", "Go on taking out members that are down, after freeze or the circuit breaker.", "Members that are down are taken out again.");

    private static Command Create(string name, string description, string done)
    {
        Option<Uri> url = CommandOptions.Url();
        Option<string> reason = new("--reason") { Description = "Why; shown with the state and in the log.", Required = true };
        Option<string> author = new("--by") { Description = "Who asks for it.", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command(name, description) { url, reason, author };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            string by = Uri.EscapeDataString($"{result.GetValue(author)}: {result.GetValue(reason)}");
            EndpointReply reply = await client.CommandAsync($"api/v1/breaker/{name}?by={by}", cancellationToken);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (reply.Unreachable is { } unreachable)
            {
                await streams.Error.WriteLineAsync(unreachable);
                return ExitCodes.Unreachable;
            }
            bool isDone = reply.Status == HttpStatusCode.NoContent;
            await (isDone ? streams.Output : streams.Error).WriteLineAsync(isDone ? done : ProblemText.Of(reply.Body));
            return isDone ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }
}
