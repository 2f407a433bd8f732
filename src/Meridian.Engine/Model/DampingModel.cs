namespace Meridian.Engine.Model;

/// <summary>When a member that changes state too often is held down.</summary>
public sealed record DampingModel
{
    /// <summary>Changes of state within <see cref="Within"/> that are too many; 2 to 100.</summary>
    public int Changes { get; init; } = 6;

    /// <summary>1 s to 1 d.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long it is held, from the moment in which it would have come up; 1 s to 1 d.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(10);
}
