namespace Meridian.Health.Quorum;

/// <summary>One vantage point, as this server knows it. Guarded by the engine's lock.</summary>
internal sealed class Vantage(string name, bool isLocal)
{
    internal string Name { get; } = name;

    internal bool IsLocal { get; } = isLocal;

    /// <summary>How it stands, from here.</summary>
    internal VantageState State { get; set; } = isLocal ? VantageState.Sighted : VantageState.Absent;

    /// <summary>Since when it stands so; null before anything was known.</summary>
    internal DateTimeOffset? Since { get; set; }

    /// <summary>Why it does not vote, or what it said of itself last; empty when there is nothing to say.</summary>
    internal string Remark { get; set; } = "";

    /// <summary>When it was last heard; null for the local one and for one that never joined.</summary>
    internal DateTimeOffset? HeardAt { get; set; }

    /// <summary>The same on the scheduler's clock, which no change of the calendar moves.</summary>
    internal TimeSpan HeardElapsed { get; set; }

    /// <summary>From where it joined; null while it is not connected.</summary>
    internal string? Address { get; set; }

    /// <summary>From where it joined last; null for the local one and for one that never joined.</summary>
    internal string? LastAddress { get; set; }

    /// <summary>The stream that it speaks through; null while it is not connected.</summary>
    internal VoteStream? Stream { get; set; }

    internal bool IsSighted => State == VantageState.Sighted;
}
