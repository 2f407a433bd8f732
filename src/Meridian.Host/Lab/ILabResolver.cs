using System.Net;

namespace Meridian.Host.Lab;

/// <summary>One address at which clients of the lab ask: a real resolver or a model, or several real ones behind one address.</summary>
internal interface ILabResolver : IAsyncDisposable
{
    ResolverKind Kind { get; }

    IPEndPoint Address { get; }

    bool IsRunning { get; }

    /// <summary>What it wrote last.</summary>
    IReadOnlyList<string> LastLines { get; }

    /// <summary>Asks it, by its own control tool, what it holds; null when it cannot be asked.</summary>
    Task<CacheContent?> InspectAsync(string name, CancellationToken cancellationToken);
}
