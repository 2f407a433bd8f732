namespace Meridian.Control.ChangeLog;

/// <summary>What became of a <see cref="ChangeSet"/>.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>It is in the log, and stays there through a crash and a power cut.</summary>
    /// <param name="Revision">Where.</param>
    /// <param name="IsRepetition">The set had come before with its idempotency key; nothing was applied now.</param>
    public sealed record Accepted(Revision Revision, bool IsRepetition = false) : AppendResult;

    /// <summary>The world moved since the writer read it. Nothing of the set is applied.</summary>
    /// <param name="Key">The first document that is not as expected.</param>
    /// <param name="Expected">The version that was expected; 0: none; null: any (a delete of what does not exist).</param>
    /// <param name="Actual">The version that there is; 0: none.</param>
    public sealed record Conflict(DocumentKey Key, long? Expected, long Actual) : AppendResult;

    /// <summary>It does not come directly after what it was to come after. Nothing of the set is applied; check it again.</summary>
    /// <param name="Head">The newest revision; 0 before the first.</param>
    public sealed record Moved(long Head) : AppendResult;

    /// <summary>The set is not acknowledged, and nothing of it can be read.</summary>
    /// <param name="Kind">What a program does about it.</param>
    /// <param name="Words">What a person reads: the limit that was passed or the fault, with its figures.</param>
    public sealed record Refused(RefusalKind Kind, string Words) : AppendResult;
}

/// <summary>Why the log does not take a change set.</summary>
public enum RefusalKind
{
    /// <summary>The set itself is wrong: it never can be taken.</summary>
    Invalid,

    /// <summary>A limit of <see cref="ChangeLogLimits"/> is passed.</summary>
    Limit,

    /// <summary>The log is at work to capacity; the same set can be taken later.</summary>
    Busy,

    /// <summary>The disk is full; the same set can be taken once there is room.</summary>
    DiskFull,

    /// <summary>
    /// The storage failed. Nothing is acknowledged until it has been opened anew and found whole. Should the process be
    /// killed before that, the set may be found applied, whole, at the next start: repeat it with its idempotency key.
    /// </summary>
    Fault,

    /// <summary>The log is closed.</summary>
    Closed,
}
