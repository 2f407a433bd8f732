namespace Meridian.Control.History;

/// <summary>Bounds of the log of what decisions followed from.</summary>
public static class HistoryLimits
{
    /// <summary>Changes that wait to be written. Ten thousand members that go down at once, six times over; beyond it a new segment says everything anew.</summary>
    public const int QueuedChanges = 65_536;

    /// <summary>Octets of one segment: what has to be read to explain a moment, well below a second of work.</summary>
    public const long SegmentLength = 1024 * 1024;

    /// <summary>Octets of one record; more is a damaged file. A hundred thousand members and as many readings fit.</summary>
    public const int RecordLength = 32 * 1024 * 1024;

    /// <summary>Zones of one configuration; more is a damaged file.</summary>
    public const int Zones = 10_000_000;

    /// <summary>Members whose evidence is written at the beginning of a segment: those that are down.</summary>
    public const int EvidenceRows = 4096;

    /// <summary>Characters of one member's evidence.</summary>
    public const int EvidenceLength = 240;

    /// <summary>Past configurations that stay compiled, for the next question about them: two moments, each with a candidate.</summary>
    public const int CompiledSnapshots = 4;
}
