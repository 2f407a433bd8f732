using System.CommandLine;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Host.Status;

namespace Meridian.Host.Commands.Changes;

/// <summary><c>meridian pending</c>, <c>approve</c> and <c>reject</c></summary>
internal static class PendingCommands
{
    public static Command CreatePending()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        var command = new Command("pending", "List changes that wait for somebody's word.") { url, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            EndpointReply reply = await client.GetAsync("api/v1/pending", cancellationToken);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (await ChangeRequest.ReadAsync<PendingList>(reply, streams) is not { } list)
            {
                return ChangeRequest.CodeOf(reply);
            }
            if (result.GetValue(json))
            {
                await streams.Output.WriteLineAsync(reply.Body);
                return ExitCodes.Success;
            }
            foreach (PendingChange pending in list.Items)
            {
                string waits = pending.Why == "guard" ? "the guard" : $"a second person ({string.Join(", ", pending.Zones)})";
                await streams.Output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{pending.Id}  {pending.At:yyyy-MM-dd HH:mm:ss}Z  {pending.Author} ({pending.Origin})  {pending.ChangeCount} documents  {pending.Message}; waits for {waits}"));
                foreach (GuardFinding finding in pending.Guard)
                {
                    await streams.Output.WriteLineAsync($"    guard: {finding.Message} [{finding.Rule}]");
                }
            }
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateApprove() => CreateDecision("approve", "Let a pending change through.");

    public static Command CreateReject() => CreateDecision("reject", "Throw a pending change away.");

    private static Command CreateDecision(string word, string description)
    {
        Argument<string> id = new("id") { Description = "As 'meridian pending' shows it.", HelpName = "ID" };
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Option<string> reason = ChangeRequest.Reason();
        var command = new Command(word, description) { id, reason, url, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url), ChangeRequest.Timeout);
            EndpointReply reply = await client.SendJsonAsync(
                HttpMethod.Post,
                $"api/v1/pending/{Uri.EscapeDataString(result.GetRequiredValue(id))}/{word}",
                new Decision { Reason = result.GetValue(reason) },
                cancellationToken);
            return await ChangeRequest.PrintAsync(reply, result.GetValue(json), result.InvocationConfiguration);
        });
        return command;
    }
}
