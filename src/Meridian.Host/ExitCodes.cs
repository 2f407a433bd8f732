namespace Meridian.Host;

/// <summary>What the process tells the shell that started it. Stable: scripts depend on it.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>What was asked about is wrong, or what was asked for failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The running server could not be reached.</summary>
    public const int Unreachable = 3;
}
