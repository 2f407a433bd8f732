namespace Meridian.Dns.ZoneFiles;

/// <summary>A place in a master file.</summary>
/// <param name="File">The name that the file's source gave it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">In characters, from 1.</param>
public readonly record struct ZoneFilePosition(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
