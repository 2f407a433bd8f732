using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Meridian.Control.Http;
using Meridian.Host.Status;

namespace Meridian.Host.Explaining;

/// <summary>Asks a running server to explain an answer.</summary>
internal sealed class ExplainClient(Uri url) : IDisposable
{
    private readonly LocalEndpointClient _client = new(url);

    public async Task<int> PrintAsync(ExplainQuery query, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        EndpointReply reply = await _client.GetAsync(query.ToRequestTarget(), cancellationToken);
        if (reply.Unreachable is { } reason)
        {
            await error.WriteLineAsync(reason);
            return ExitCodes.Unreachable;
        }
        if (reply.Status == HttpStatusCode.OK)
        {
            await output.WriteLineAsync(reply.Body.TrimEnd());
            return ExitCodes.Success;
        }
        foreach (string problem in ProblemsOf(reply.Body))
        {
            await error.WriteLineAsync(problem);
        }
        return ExitCodes.Failure;
    }

    public void Dispose() => _client.Dispose();

    private static ImmutableArray<string> ProblemsOf(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, LocalEndpointJson.Default.ErrorReport)?.Errors ?? [body];
        }
        catch (JsonException)
        {
            // Something other than Meridian listens there; what it said is the best there is to show.
            return [body];
        }
    }
}
