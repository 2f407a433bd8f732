namespace Meridian.Engine.Model;

/// <summary>How long, and in how much space, the state directory remembers what decisions followed from.</summary>
public sealed record HistoryModel
{
    public const long DefaultMaxLength = 512L * 1024 * 1024;

    /// <summary>A moment further back cannot be explained any more; 0 keeps no log, up to 400 d.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Octets on the disk, 16 MiB to 1 TiB; the oldest part goes first.</summary>
    public long MaxLength { get; init; } = DefaultMaxLength;
}
