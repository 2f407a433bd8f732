using System.CommandLine;
using System.Net;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian failback</c></summary>
internal static class FailbackCommand
{
    public static Command Create()
    {
        Argument<string> pool = new("pool") { Description = "The pool that is well again and waits.", HelpName = "POOL" };
        Option<Uri> url = CommandOptions.Url();
        Option<string> reason = new("--reason") { Description = "Why; shown in the log.", Required = true };
        Option<string> author = new("--by") { Description = "Who asks for it.", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command("failback", "Let clients back to a pool that had failed, is well again and waits (failback: manual, or after a time).") { pool, reason, author, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            string name = result.GetRequiredValue(pool);
            string by = Uri.EscapeDataString($"{result.GetValue(author)}: {result.GetValue(reason)}");
            EndpointReply reply = await client.CommandAsync($"api/v1/pools/{Uri.EscapeDataString(name)}/failback?by={by}", cancellationToken);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (reply.Unreachable is { } unreachable)
            {
                await streams.Error.WriteLineAsync(unreachable);
                return ExitCodes.Unreachable;
            }
            bool isDone = reply.Status == HttpStatusCode.NoContent;
            await (isDone ? streams.Output : streams.Error).WriteLineAsync(isDone ? $"The clients of pool {name} come back." : ProblemText.Of(reply.Body));
            return isDone ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }
}
