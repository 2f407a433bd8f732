namespace Meridian.Engine.Model;

/// <summary>How far one change may go before somebody has to say why.</summary>
public sealed record GuardModel
{
    /// <summary>Share of the client space, 0 to 1, that may get other answers for one steered name; 1 is no limit.</summary>
    public double Clients { get; init; } = 0.5;

    /// <summary>Share of the observed queries, 0 to 1, that may get other answers; 1 is no limit.</summary>
    public double Queries { get; init; } = 1;

    /// <summary>Share of the zone's static RRsets, 0 to 1, that may go or change; 1 is no limit.</summary>
    public double Records { get; init; } = 0.5;

    /// <summary>How many times its former length a TTL may become; 0 is no limit.</summary>
    public int TtlRise { get; init; } = 10;

    /// <summary>Whether a pool may be left with fewer members than it needs.</summary>
    public bool KeepsPoolMinimum { get; init; } = true;

    /// <summary>Whether clients of some place may be left without any answer.</summary>
    public bool KeepsGeographies { get; init; } = true;
}
