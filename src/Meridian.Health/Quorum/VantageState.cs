namespace Meridian.Health.Quorum;

/// <summary>Whether a vantage point's votes count.</summary>
public enum VantageState : byte
{
    /// <summary>It has not joined, or has gone: nothing is known from it.</summary>
    Absent,

    /// <summary>It sees, and its votes count.</summary>
    Sighted,

    /// <summary>It reaches nothing, not even its reference targets: that says something of it and nothing of the members.</summary>
    Blind,

    /// <summary>It has not been heard for too long: what it said last is shown, and does not count.</summary>
    Stale,
}

/// <summary>How the states are written.</summary>
public static class VantageStates
{
    public static string NameOf(VantageState state) => state switch
    {
        VantageState.Sighted => "sighted",
        VantageState.Blind => "blind",
        VantageState.Stale => "stale",
        _ => "absent",
    };
}
