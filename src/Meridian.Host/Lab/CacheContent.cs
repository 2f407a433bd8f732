using System.Net;

namespace Meridian.Host.Lab;

/// <summary>What a cache said, by its own control tool, of one name.</summary>
/// <param name="Tool">The tool that was asked.</param>
/// <param name="Settings">What its settings are, in its own words.</param>
/// <param name="SecondsLeft">Whole seconds that it gives the answer still; null when it holds none, or cannot say.</param>
/// <param name="Address">The address that it holds; null when it holds none, or cannot say.</param>
internal sealed record CacheContent(string Tool, string Settings, int? SecondsLeft, IPAddress? Address)
{
    /// <summary>The second, since 1970, from which <see cref="SecondsLeft"/> counts; null when there is none.</summary>
    public long? AskedAt { get; init; }
}

/// <summary>How a kind of resolver is asked what it holds.</summary>
internal interface ICacheInspection
{
    /// <summary>Asks.</summary>
    /// <param name="site">Where it runs.</param>
    /// <param name="processId">Its process.</param>
    /// <param name="name">The name, without a final dot.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>Null when the tool did not answer.</returns>
    Task<CacheContent?> AskAsync(ResolverSite site, int processId, string name, CancellationToken cancellationToken);
}
