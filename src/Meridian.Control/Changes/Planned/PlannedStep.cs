namespace Meridian.Control.Changes.Planned;

/// <summary>How far a planned change is.</summary>
public enum PlannedStep
{
    /// <summary>Nothing has been done yet.</summary>
    Waiting,

    /// <summary>The TTL is lowered; caches forget the old one.</summary>
    Lowered,

    /// <summary>The change is made, and is being watched.</summary>
    Changed,

    /// <summary>The change held, and the TTL is what it is to be.</summary>
    Done,

    /// <summary>Somebody ended it before the change.</summary>
    Cancelled,

    /// <summary>It could not be made, or did not hold and was taken back.</summary>
    Failed,
}
