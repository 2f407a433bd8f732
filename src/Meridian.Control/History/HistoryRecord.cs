using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>One entry of the log.</summary>
/// <param name="Stamp">When it took effect, in milliseconds since 1970.</param>
internal abstract record HistoryRecord(long Stamp);

/// <summary>Everything that answers, so that nothing before it has to be read.</summary>
internal sealed record CheckpointRecord(long Stamp) : HistoryRecord(Stamp)
{
    public required RevisionInfo Revision { get; init; }

    /// <summary>The configuration in the archive.</summary>
    public required string ConfigurationDigest { get; init; }

    /// <summary>The location database in the archive; empty when there was none to keep.</summary>
    public required string PlacesDigest { get; init; }

    /// <summary>The database's name for people.</summary>
    public required string PlacesName { get; init; }

    /// <summary>The SOA serials of zones that came from earlier revisions.</summary>
    public required IReadOnlyDictionary<DomainName, uint> KeptSerials { get; init; }

    /// <summary>What the process sends at most over UDP: fixed at its start.</summary>
    public required int UdpPayloadSize { get; init; }

    public required DataPlaneImage Image { get; init; }
}

/// <summary>Members have another status.</summary>
internal sealed record StatusesRecord(long Stamp, ImmutableArray<SlotStatus> Statuses) : HistoryRecord(Stamp);

/// <summary>The load readings that changed; one that is NaN is gone.</summary>
internal sealed record LoadsRecord(long Stamp, ImmutableArray<LoadReading> Readings) : HistoryRecord(Stamp);

/// <summary>The wait for first verdicts began or ended.</summary>
internal sealed record WarmUpRecord(long Stamp, bool IsWarmingUp) : HistoryRecord(Stamp);

/// <summary>Names outside have other addresses, or the same for longer.</summary>
internal sealed record ResolutionsRecord(long Stamp, ImmutableArray<ResolvedAnswer> Answers) : HistoryRecord(Stamp);

/// <summary>Why a member has its status, in words.</summary>
internal sealed record EvidenceRecord(long Stamp, int Slot, string Text) : HistoryRecord(Stamp);

/// <summary>The server was stopped in good order: nothing answered from here on.</summary>
internal sealed record ClosedRecord(long Stamp) : HistoryRecord(Stamp);
