using Meridian.Engine.Model;

namespace Meridian.Control.Configuration;

/// <summary>What a loader needs from outside.</summary>
public sealed record ConfigurationLoaderOptions
{
    /// <summary>Tells whether a forced state has expired.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// The cloud regions that a site can be near; null accepts every code of the right form, without coordinates.
    /// </summary>
    public CloudRegionSource? CloudRegions { get; init; }

    /// <summary>
    /// Where relative paths begin when documents do not come from files; null begins at the file that names them.
    /// </summary>
    public string? BaseDirectory { get; init; }

    /// <summary>A file that is read with the others when it is there, wherever they are; null for none.</summary>
    public string? Beside { get; init; }

    public ConfigurationLimits Limits { get; init; } = new();

    /// <summary>Records of a master file from which it is worth the while to look for plain ones; tests make it small.</summary>
    internal int LeastPlainRecords { get; init; } = 1 << 13;
}

/// <summary>The built-in table of cloud regions, as the loader sees it.</summary>
/// <param name="Find">The coordinates of a code such as <c>aws:eu-west-1</c>, or null.</param>
/// <param name="Codes">All codes, to suggest the nearest one.</param>
public sealed record CloudRegionSource(Func<string, Coordinates?> Find, IReadOnlyCollection<string> Codes);
