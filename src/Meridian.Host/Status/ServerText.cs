using System.CommandLine;
using System.Net;

namespace Meridian.Host.Status;

/// <summary>Prints documents that the server has written already.</summary>
internal static class ServerText
{
    // What is worked out from hours of observation takes longer than a look at state.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Prints what is at a place of the running server, or why it is not.</summary>
    public static async Task<int> PrintAsync(Uri url, string target, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        using var client = new LocalEndpointClient(url, Timeout);
        return await PrintAsync(await client.GetAsync(target, cancellationToken), streams);
    }

    /// <summary>Prints a reply.</summary>
    public static async Task<int> PrintAsync(EndpointReply reply, InvocationConfiguration streams)
    {
        if (reply.Unreachable is { } reason)
        {
            await streams.Error.WriteLineAsync(reason);
            return ExitCodes.Unreachable;
        }
        bool isDone = reply.Status is HttpStatusCode.OK or HttpStatusCode.Created;
        await (isDone ? streams.Output : streams.Error).WriteLineAsync(isDone ? reply.Body.TrimEnd() : ProblemText.Of(reply.Body));
        return isDone ? ExitCodes.Success : ExitCodes.Failure;
    }
}
