namespace Meridian.Control.ChangeLog;

/// <summary>By which door a change came in.</summary>
/// <remarks>The numbers are on disk: they never change their meaning.</remarks>
public enum ChangeOrigin
{
    /// <summary>The native HTTP API.</summary>
    Api = 1,

    /// <summary>A command.</summary>
    Cli = 2,

    /// <summary>A dynamic update (RFC 2136).</summary>
    Update = 3,

    /// <summary>The Route 53 API.</summary>
    Route53 = 4,

    /// <summary>Configuration files.</summary>
    File = 5,

    /// <summary>The return to an earlier revision.</summary>
    Rollback = 6,
}
