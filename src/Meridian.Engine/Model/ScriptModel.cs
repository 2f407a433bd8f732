namespace Meridian.Engine.Model;

/// <summary>A command that finds out whether a member works.</summary>
public sealed record ScriptModel
{
    /// <summary>The program and its arguments, each as it is passed on: no shell takes part. <c>{address}</c> and <c>{port}</c> are filled in.</summary>
    public required ModelList<string> Command { get; init; }

    /// <summary>The exit code that means up; 0 to 255.</summary>
    public int ExpectedExitCode { get; init; }

    /// <summary>Text that must stand in the first 64 KiB of the output; null does not look.</summary>
    public string? ExpectedOutput { get; init; }
}
