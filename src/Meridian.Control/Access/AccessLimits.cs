using static Meridian.Control.LimitRange;

namespace Meridian.Control.Access;

/// <summary>Limits of access. Setters check their range.</summary>
public sealed record AccessLimits
{
    /// <summary>Tokens that exist at a time, 1 to 100,000. 1,000 is one for each person and program of a large company's network team.</summary>
    public int TokenCount
    {
        get;
        init => field = InRange(value, 1, 100_000, nameof(TokenCount));
    } = 1000;

    /// <summary>Failed attempts that an address has for free, 1 to 1,000: five is a person who pasted the wrong line a few times.</summary>
    public int FailuresFree
    {
        get;
        init => field = InRange(value, 1, 1000, nameof(FailuresFree));
    } = 5;

    /// <summary>How long the first pause after those is, 100 ms to 1 min; each further failure doubles it.</summary>
    public TimeSpan FirstPause
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1), nameof(FirstPause));
    } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause, 1 s to 1 h. A minute slows guessing as much as an hour would, and does not lock out a whole office.</summary>
    public TimeSpan LongestPause
    {
        get;
        init => field = InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(LongestPause));
    } = TimeSpan.FromMinutes(1);

    /// <summary>After how long without a failure an address is forgotten, 1 min to 1 day.</summary>
    public TimeSpan Forgetting
    {
        get;
        init => field = InRange(value, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), nameof(Forgetting));
    } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Addresses that failures are counted of, 16 to 1,000,000. 10,000 take a few megabytes; beyond it the one that failed
    /// longest ago is forgotten, so that a flood from many addresses cannot fill the memory.
    /// </summary>
    public int ThrottledAddressCount
    {
        get;
        init => field = InRange(value, 16, 1_000_000, nameof(ThrottledAddressCount));
    } = 10_000;

    /// <summary>Octets of one file of the audit log, 64 KiB to 1 GiB; a full one is kept and the next begun.</summary>
    public int AuditFileLength
    {
        get;
        init => field = InRange(value, 64 * 1024, 1024 * 1024 * 1024, nameof(AuditFileLength));
    } = 16 * 1024 * 1024;

    /// <summary>Files of the audit log that are kept, 2 to 10,000. With 16 MiB each, 64 are 1 GiB: some three million changes.</summary>
    public int AuditFileCount
    {
        get;
        init => field = InRange(value, 2, 10_000, nameof(AuditFileCount));
    } = 64;
}
