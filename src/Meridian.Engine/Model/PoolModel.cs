using System.Collections.Immutable;

namespace Meridian.Engine.Model;

/// <summary>A group of members that answer together, with a minimum of healthy ones.</summary>
public sealed record PoolModel
{
    public required string Name { get; init; }

    /// <summary>It stands for one record set, an alias target or a monitor's own target; nobody wrote it as a pool.</summary>
    public bool IsImplicit { get; init; }

    /// <summary>
    /// The records that it is answered with, of the one type that it is asked for; null for a pool of addresses or hostnames.
    /// Its one member then stands for all of them.
    /// </summary>
    public SetDataModel? Data { get; init; }

    /// <summary>The site all members stand in unless they name their own; a key of <see cref="MeridianModel.Sites"/>.</summary>
    public string? Site { get; init; }

    /// <summary>A key of <see cref="MeridianModel.Monitors"/>; without one every member in state auto counts as up.</summary>
    public string? Monitor { get; init; }

    /// <summary>Fewer available members than this make the pool unavailable; at least 1.</summary>
    public int MinHealthy { get; init; } = 1;

    /// <summary>How many members go into one answer; null is all of them.</summary>
    public int? Pick { get; init; }

    /// <summary>How the picked members are drawn.</summary>
    public PickBy PickBy { get; init; } = PickBy.Weight;

    /// <summary>What serving from it costs, in the operator's unit; null takes its site's. For cheapest nodes.</summary>
    public double? Cost { get; init; }

    /// <summary>Volume that is paid for in any case, in the unit of the load metric; null for none. For cheapest nodes.</summary>
    public double? Commit { get; init; }

    /// <summary>When clients come back to it after it had failed, where a failover node has another place for them.</summary>
    public FailbackModel Failback { get; init; }

    /// <summary>Called before it gets clients, where it is nothing but the standby of others; null calls nobody.</summary>
    public PrewarmModel? Prewarm { get; init; }

    public required ImmutableArray<MemberModel> Members { get; init; }
}

/// <summary>How <see cref="PoolModel.Pick"/> draws.</summary>
public enum PickBy
{
    /// <summary>In proportion to the members' weights.</summary>
    Weight,

    /// <summary>Each member as likely as another.</summary>
    Even,
}
