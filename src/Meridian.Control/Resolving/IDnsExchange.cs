using System.Net;

namespace Meridian.Control.Resolving;

/// <summary>Sends a query to one server and waits for what comes back. The seam to the network.</summary>
public interface IDnsExchange
{
    /// <summary>Asks once.</summary>
    /// <param name="query">The message.</param>
    /// <param name="server">Whom.</param>
    /// <param name="isTcp">Over TCP instead of UDP.</param>
    /// <param name="isResponse">Whether a message belongs to the query; others are passed over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The response; null when none came, for a reason that <see cref="DnsExchangeResult.Problem"/> names.</returns>
    Task<DnsExchangeResult> ExchangeAsync(
        ReadOnlyMemory<byte> query, IPEndPoint server, bool isTcp, Func<ReadOnlyMemory<byte>, bool> isResponse, CancellationToken cancellationToken);
}

/// <summary>What came of asking.</summary>
/// <param name="Response">The message; null when there is none.</param>
/// <param name="Problem">Why there is none.</param>
public readonly record struct DnsExchangeResult(byte[]? Response, string Problem)
{
    public static DnsExchangeResult Failed(string problem) => new(null, problem);
}
