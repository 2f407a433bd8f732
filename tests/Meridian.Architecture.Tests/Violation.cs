namespace Meridian.Architecture.Tests;

/// <summary>One place where the repository breaks one of its rules.</summary>
/// <param name="Path">The file, relative to the root.</param>
/// <param name="Line">1 or more; 0 when the file as a whole is meant.</param>
/// <param name="Message">Which rule, and what to do instead.</param>
internal sealed record Violation(string Path, int Line, string Message)
{
    public override string ToString() => Line > 0 ? $"{Path}:{Line}: {Message}" : $"{Path}: {Message}";
}
