namespace Meridian.Engine.Model;

/// <summary>When a member that works is slow, and what share of its weight it keeps.</summary>
public sealed record DegradedModel
{
    /// <summary>A probe that takes longer than this is slow; 1 ms to 1 h. As many of them in a row as it takes to fall make the member degraded.</summary>
    public required TimeSpan Above { get; init; }

    /// <summary>The share of its weight, 1 to 99.</summary>
    public int WeightPercent { get; init; } = 25;
}
