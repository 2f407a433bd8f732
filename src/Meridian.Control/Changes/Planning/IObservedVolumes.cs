using Meridian.Control.Observing;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planning;

/// <summary>What was asked lately, by name and client network: what lets the guard weigh a change by the queries that it meets.</summary>
public interface IObservedVolumes
{
    /// <summary>
    /// The part of each zone's observed queries that would be answered otherwise. Zones of which too little was observed to say so
    /// are not in it. May be called from any thread, and takes milliseconds: an apply waits for it.
    /// </summary>
    /// <param name="before">What is served.</param>
    /// <param name="after">What would be.</param>
    IReadOnlyDictionary<ZoneKey, ObservedShare> SharesOf(DataPlaneSnapshot before, DataPlaneSnapshot after);

    /// <summary>
    /// What the observed clients would do, by replaying their queries with the health that there is now. Takes some tenths of a second: it is
    /// for plans, and not for the guard. Null when too little was observed to say.
    /// </summary>
    /// <param name="before">What is served.</param>
    /// <param name="after">What would be.</param>
    WhatIfResult? TrafficOf(DataPlaneSnapshot before, DataPlaneSnapshot after);
}

/// <summary>A part of the queries of one zone.</summary>
/// <param name="Altered">The part that would get other answers, 0 to 1.</param>
/// <param name="Queries">How many queries that was worked out from, sampled ones counted as those that they stand for.</param>
public readonly record struct ObservedShare(double Altered, double Queries);
