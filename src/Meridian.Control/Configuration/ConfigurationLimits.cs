using Meridian.Dns.ZoneFiles;

namespace Meridian.Control.Configuration;

/// <summary>
/// Bounds on what one load reads, so that a hostile or broken file costs an error and not the server.
/// </summary>
public sealed record ConfigurationLimits
{
    private readonly int _maxFileLength = 64 * 1024 * 1024;
    private readonly int _maxNesting = 64;
    private readonly int _maxNodes = 5_000_000;
    private readonly int _maxErrors = 200;
    private readonly int _maxFiles = 200_000;

    /// <summary>
    /// Octets of one document or zone file; 1 KiB to 1 GiB, default 64 MiB: a zone of a million records is about 40 MiB.
    /// </summary>
    public int MaxFileLength
    {
        get => _maxFileLength;
        init => _maxFileLength = Checked(value, 1024, 1 << 30, nameof(MaxFileLength));
    }

    /// <summary>
    /// Maps and lists inside each other; 16 to 256, default 64. The readers recurse, so this bounds the stack; the deepest
    /// sensible policy tree needs less than 20.
    /// </summary>
    public int MaxNesting
    {
        get => _maxNesting;
        init => _maxNesting = Checked(value, 16, 256, nameof(MaxNesting));
    }

    /// <summary>
    /// Keys and values of one document with every alias counted in full; 1,000 to 100,000,000, default 5,000,000. This is what
    /// makes a small file of nested aliases ("billion laughs") an error at once.
    /// </summary>
    public int MaxNodes
    {
        get => _maxNodes;
        init => _maxNodes = Checked(value, 1000, 100_000_000, nameof(MaxNodes));
    }

    /// <summary>
    /// Findings reported of one load; 1 to 10,000, default 200: more than that is one mistake made many times.
    /// </summary>
    public int MaxErrors
    {
        get => _maxErrors;
        init => _maxErrors = Checked(value, 1, 10_000, nameof(MaxErrors));
    }

    /// <summary>Documents and zone files of one load; 1 to 1,000,000, default 200,000: a hundred thousand zones, each in a file, and room to grow.</summary>
    public int MaxFiles
    {
        get => _maxFiles;
        init => _maxFiles = Checked(value, 1, 1_000_000, nameof(MaxFiles));
    }

    /// <summary>Bounds of each master file's contents.</summary>
    public ZoneFileLimits ZoneFiles { get; init; } = new();

    private static int Checked(int value, int least, int most, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be {least} to {most}");
}
