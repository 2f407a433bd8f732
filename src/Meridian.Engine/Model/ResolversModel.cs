using System.Net;

namespace Meridian.Engine.Model;

/// <summary>Whom the server asks for names outside its zones, and for how long it goes by what they say.</summary>
public sealed record ResolversModel
{
    /// <summary>Recursive resolvers, tried in order; empty takes those of the operating system.</summary>
    public ModelList<IPEndPoint> Servers { get; init; } = [];

    /// <summary>How long one attempt may take. 100 ms to 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Attempts until a lookup has failed, over all resolvers; the last is made over TCP. 1 to 10.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>CNAME records that are followed from a target to its addresses. 1 to 16.</summary>
    public int ChainLength { get; init; } = 8;

    /// <summary>No answer is gone by for longer, whatever its TTL. 10 s to 1 day.</summary>
    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>For how long the last good addresses are answered while the target cannot be resolved. 1 min to 30 days.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long "no such name" and "no such data" have to be said before good addresses are given up for it. 0 to 1 day.</summary>
    public TimeSpan NegativeHold { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Lookups that run at the same time. 1 to 256.</summary>
    public int Concurrency { get; init; } = 32;
}
