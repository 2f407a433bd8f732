namespace Meridian.Control.Configuration;

/// <summary>A place in a configuration document or zone file.</summary>
/// <param name="File">The path as it was given or composed, not made absolute.</param>
/// <param name="Line">1 for the first line.</param>
/// <param name="Column">1 for the first character.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
