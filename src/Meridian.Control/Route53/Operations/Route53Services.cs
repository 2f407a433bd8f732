using Meridian.Control.Changes;
using Meridian.Control.Route53.Reading;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;

namespace Meridian.Control.Route53.Operations;

/// <summary>What operations work with.</summary>
internal sealed record Route53Services
{
    /// <summary>Where everything is read.</summary>
    public required ZoneDirectory Directory { get; init; }

    /// <summary>Where everything is written.</summary>
    public required ChangeWriter Writer { get; init; }

    /// <summary>The front door itself, for what is not written by <see cref="Writer"/>.</summary>
    public required IChangeService Changes { get; init; }

    /// <summary>What is served.</summary>
    public required Func<MeridianModel?> Model { get; init; }

    /// <summary>What answers queries: answers that are only tried go through it too.</summary>
    public required Func<DataPlane> DataPlane { get; init; }

    /// <summary>The newest revision that queries are answered by.</summary>
    public required Func<long> ServedRevision { get; init; }

    /// <summary>What health checks see, by the name of their monitor; null for one that asks nobody.</summary>
    public required Func<string, MemberHealthReport?> Health { get; init; }

    public required Route53Limits Limits { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Fills a buffer with octets that nobody can guess.</summary>
    public required Action<Span<byte>> Random { get; init; }

    /// <summary>What the configuration says of this API.</summary>
    public Route53Model Settings => Model()?.Route53 ?? new Route53Model();
}
