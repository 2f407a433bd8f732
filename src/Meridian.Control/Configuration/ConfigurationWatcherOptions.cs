namespace Meridian.Control.Configuration;

/// <summary>How a watcher looks.</summary>
public sealed record ConfigurationWatcherOptions
{
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// From one look to the next; 100 ms to 1 h, default 1 s: a look costs one stat per file, and a change takes effect
    /// within two looks.
    /// </summary>
    public TimeSpan Interval
    {
        get => _interval;
        init => _interval = value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Interval), value, "must be 100 ms to 1 h");
    }

    /// <summary>Octets of a file that are compared; the loader's own limit.</summary>
    public int MaxFileLength { get; init; } = new ConfigurationLimits().MaxFileLength;
}
