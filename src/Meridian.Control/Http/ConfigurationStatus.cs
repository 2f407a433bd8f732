using System.Collections.Immutable;

namespace Meridian.Control.Http;

/// <summary>Whether the newest configuration is the one that is served.</summary>
public enum ConfigurationState
{
    /// <summary>The newest configuration is served.</summary>
    Ok,

    /// <summary>The newest configuration was refused; the one before it goes on being served.</summary>
    Broken,

    /// <summary>The guard holds the newest configuration until somebody approves it; the one before it goes on being served.</summary>
    Held,
}

/// <summary>The configuration as the server last saw it.</summary>
public sealed record ConfigurationStatus
{
    public required ConfigurationState State { get; init; }

    /// <summary>The file or directory it is read from.</summary>
    public required string Source { get; init; }

    /// <summary>When the served configuration was accepted; null before the first.</summary>
    public DateTimeOffset? LoadedAt { get; init; }

    /// <summary>When the newest one was refused; null unless broken.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>Why it was refused: all errors, each with file, line and column. Empty unless broken.</summary>
    public ImmutableArray<string> Errors { get; init; } = [];
}
