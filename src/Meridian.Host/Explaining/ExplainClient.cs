using System.Net;
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
        await error.WriteLineAsync(ProblemText.Of(reply.Body));
        return ExitCodes.Failure;
    }

    public void Dispose() => _client.Dispose();
}
