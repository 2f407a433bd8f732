using System.CommandLine;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;

namespace Meridian.Host.Commands;

/// <summary><c>meridian audit</c></summary>
internal static class AuditCommand
{
    private const int DefaultCount = 50;

    public static Command Create()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<string?> who = new("--who") { Description = "Only what this token, by its name, did." };
        Option<string?> action = new("--action") { Description = "Only this operation, such as putPool." };
        Option<int> count = new("--limit") { Description = "How many at most.", DefaultValueFactory = _ => DefaultCount };
        Option<string?> verify = new("--verify") { Description = "Check the chain of the audit log in this state directory, without a server.", HelpName = "STATE" };
        Option<bool> json = CommandOptions.Json();
        Command command = new("audit", "Show who did what, newest first.") { who, action, count, verify, url, json };
        command.SetAction((result, cancellationToken) => result.GetValue(verify) is { } state
            ? VerifyAsync(state, result.InvocationConfiguration)
            : ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
            {
                int left = result.GetValue(count);
                await foreach (AuditEntry entry in client.AuditAsync(result.GetValue(who), result.GetValue(action), cancellationToken))
                {
                    if (left-- <= 0)
                    {
                        break;
                    }
                    await output.WriteLineAsync(result.GetValue(json) ? ApiCommand.ToJson(entry) : Line(entry));
                }
            }, cancellationToken));
        return command;
    }

    private static async Task<int> VerifyAsync(string stateDirectory, InvocationConfiguration streams)
    {
        if (!Directory.Exists(Path.Combine(stateDirectory, AuditLog.DirectoryName)))
        {
            await streams.Error.WriteLineAsync($"There is no audit log in {stateDirectory}.");
            return ExitCodes.Failure;
        }
        (long entries, string? problem) = AuditLog.Verify(stateDirectory);
        await (problem is null ? streams.Output : streams.Error).WriteLineAsync(problem ?? $"{entries} entries, each following from the one before.");
        return problem is null ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static string Line(AuditEntry entry)
    {
        string at = entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string revision = entry.Revision is { } number ? string.Create(CultureInfo.InvariantCulture, $", revision {number}") : "";
        string why = entry.Reason is { } reason ? $", because: {reason}" : "";
        string more = entry.Detail is { } detail ? $" ({detail.ReplaceLineEndings(" ")})" : "";
        return $"{at}  {entry.Who} ({entry.Role}) from {entry.From ?? "here"}: {entry.Action} {entry.Target}: {entry.Outcome}{revision}{why}{more}";
    }
}
