namespace Meridian.Health;

/// <summary>How much the health engine has to do at one moment, and what its verdicts add up to.</summary>
public readonly record struct HealthLoad
{
    /// <summary>Distinct checks: a monitor and a target, whichever members share it.</summary>
    public required int Checks { get; init; }

    public required int RunningProbes { get; init; }

    /// <summary>How long the longest waiting probe is overdue; zero when the engine keeps up.</summary>
    public required TimeSpan Overdue { get; init; }

    public required int MembersUp { get; init; }

    public required int MembersDown { get; init; }

    public required int MembersUnknown { get; init; }

    /// <summary>Members that are down and stay in answers, because the circuit breaker is open.</summary>
    public required int MembersWithheld { get; init; }

    /// <summary>Whether the circuit breaker is open.</summary>
    public required bool IsFrozen { get; init; }

    /// <summary>Members on which sighted vantage points disagree.</summary>
    public int MembersDisputed { get; init; }

    /// <summary>Vantage points whose votes count.</summary>
    public int VantagesSighted { get; init; }

    /// <summary>All vantage points, this server among them.</summary>
    public int Vantages { get; init; }
}
