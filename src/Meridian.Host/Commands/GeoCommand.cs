using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Meridian.Control.Http;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian geo</c> and <c>meridian geo accept</c></summary>
internal static class GeoCommand
{
    public static Command Create()
    {
        Option<Uri> url = CommandOptions.Url();
        Command command = new("geo", "Show which location database is used, and which one waits for a person.") { url };
        command.SetAction((result, cancellationToken) => ShowAsync(result.GetRequiredValue(url), result.InvocationConfiguration, cancellationToken));
        Option<Uri> acceptUrl = CommandOptions.Url();
        Command accept = new("accept", "Use the location database that waits.") { acceptUrl };
        accept.SetAction((result, cancellationToken) => AcceptAsync(result.GetRequiredValue(acceptUrl), result.InvocationConfiguration, cancellationToken));
        command.Add(accept);
        return command;
    }

    private static async Task<int> ShowAsync(Uri url, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        using var client = new LocalEndpointClient(url);
        EndpointReply reply = await client.GetAsync("api/v1/status", cancellationToken);
        if (reply.Unreachable is { } unreachable)
        {
            await streams.Error.WriteLineAsync(unreachable);
            return ExitCodes.Unreachable;
        }
        if (reply.Status != HttpStatusCode.OK || JsonSerializer.Deserialize(reply.Body, LocalEndpointJson.Default.StatusReport)?.Geo is not { } geo)
        {
            await streams.Error.WriteLineAsync(reply.Body);
            return ExitCodes.Failure;
        }
        string built = geo.BuiltAt is { } date ? string.Create(CultureInfo.InvariantCulture, $", of {date.UtcDateTime:yyyy-MM-dd}") : "";
        await streams.Output.WriteLineAsync($"used: {geo.Database}{built}");
        await streams.Output.WriteLineAsync(geo.Held is { } held ? $"waits: {StatusView.DescribeHeld(held)}" : "waits: nothing");
        return ExitCodes.Success;
    }

    private static async Task<int> AcceptAsync(Uri url, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        using var client = new LocalEndpointClient(url);
        EndpointReply reply = await client.CommandAsync("api/v1/geo/accept", cancellationToken);
        if (reply.Unreachable is { } unreachable)
        {
            await streams.Error.WriteLineAsync(unreachable);
            return ExitCodes.Unreachable;
        }
        bool isDone = reply.Status == HttpStatusCode.NoContent;
        await (isDone ? streams.Output : streams.Error).WriteLineAsync(isDone ? "It is loaded now; 'meridian geo' says when it is used." : reply.Body);
        return isDone ? ExitCodes.Success : ExitCodes.Failure;
    }
}
