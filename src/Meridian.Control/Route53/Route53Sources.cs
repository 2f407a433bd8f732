using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;

namespace Meridian.Control.Route53;

/// <summary>What the Route 53 endpoint reads and writes.</summary>
public sealed record Route53Sources
{
    /// <summary>The front door for changes.</summary>
    public required IChangeService Changes { get; init; }

    /// <summary>The history, where the documents are read.</summary>
    public required IChangeLog Log { get; init; }

    /// <summary>Who may sign requests.</summary>
    public required GrantIndex<AccessKey> Keys { get; init; }

    /// <summary>Where it is written who did what.</summary>
    public required AuditLog Audit { get; init; }

    /// <summary>What is served; null before the start.</summary>
    public required Func<MeridianModel?> Model { get; init; }

    /// <summary>What answers queries: answers that are only tried go through it too.</summary>
    public required Func<DataPlane> DataPlane { get; init; }

    /// <summary>The newest revision that queries are answered by.</summary>
    public required Func<long> ServedRevision { get; init; }

    /// <summary>What health checks see, by the name of their monitor; null for one that asks nobody.</summary>
    public required Func<string, MemberHealthReport?> Health { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Fills a buffer with octets that nobody can guess.</summary>
    public required Action<Span<byte>> Random { get; init; }
}
