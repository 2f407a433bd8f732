using System.CommandLine;
using System.Net;
using System.Text.Json;
using Meridian.Control.Http;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian status</c></summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        var command = new Command("status", "Show members, health and counters of a running server.") { url, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            EndpointReply reply = await client.GetAsync("api/v1/status", cancellationToken);
            return await PrintAsync(reply, result.GetValue(json), result.InvocationConfiguration);
        });
        return command;
    }

    private static async Task<int> PrintAsync(EndpointReply reply, bool asJson, InvocationConfiguration streams)
    {
        if (reply.Unreachable is { } reason)
        {
            await streams.Error.WriteLineAsync(reason);
            return ExitCodes.Unreachable;
        }
        if (reply.Status != HttpStatusCode.OK || !TryRead(reply.Body, out StatusReport? report))
        {
            await streams.Error.WriteLineAsync($"What answers there is not a Meridian server of this version (HTTP status {(int)reply.Status}).");
            return ExitCodes.Failure;
        }
        if (asJson)
        {
            await streams.Output.WriteLineAsync(reply.Body);
        }
        else
        {
            StatusView.Print(report, Terminal.Open(streams.Output));
        }
        return ExitCodes.Success;
    }

    private static bool TryRead(string body, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out StatusReport? report)
    {
        try
        {
            report = JsonSerializer.Deserialize(body, LocalEndpointJson.Default.StatusReport);
        }
        catch (JsonException)
        {
            report = null;
        }
        return report is not null;
    }
}
