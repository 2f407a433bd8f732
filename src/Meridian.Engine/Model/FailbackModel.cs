namespace Meridian.Engine.Model;

/// <summary>When clients come back to a pool that had failed and is well again.</summary>
/// <param name="Kind">At once, after a time, or when a person says so.</param>
/// <param name="After">How long it must have been well without a break; 1 s to 7 d. Zero where that is not asked.</param>
public readonly record struct FailbackModel(FailbackKind Kind, TimeSpan After)
{
    /// <summary>As a configuration writes it: <c>auto</c>, <c>after 10m</c>, <c>manual</c>.</summary>
    public override string ToString() => Kind switch
    {
        FailbackKind.After => $"after {After.TotalSeconds:0.###}s",
        FailbackKind.Manual => "manual",
        _ => "auto",
    };
}

/// <summary>See <see cref="FailbackModel"/>.</summary>
public enum FailbackKind : byte
{
    /// <summary>At once.</summary>
    Auto,

    /// <summary>Once it has been well for a time.</summary>
    After,

    /// <summary>When a person says so.</summary>
    Manual,
}
