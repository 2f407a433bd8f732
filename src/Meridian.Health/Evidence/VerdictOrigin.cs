namespace Meridian.Health.Evidence;

/// <summary>Where a present verdict comes from.</summary>
public enum VerdictOrigin : byte
{
    /// <summary>There is no verdict yet.</summary>
    None,

    /// <summary>From probes of the present monitor by this process.</summary>
    Probes,

    /// <summary>From before the restart; no probe has given a result since.</summary>
    Restored,

    /// <summary>From the member's monitor as it was before it changed; the present one has given no result yet.</summary>
    CarriedOver,
}
