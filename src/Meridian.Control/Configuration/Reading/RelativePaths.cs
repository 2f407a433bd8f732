namespace Meridian.Control.Configuration.Reading;

/// <summary>
/// Paths in a document are relative to the file that names them, so that a configuration can be moved as a whole.
/// </summary>
internal static class RelativePaths
{
    public static string Resolve(string namingFile, string path) =>
        Path.IsPathRooted(path) ? path : Path.Combine(Path.GetDirectoryName(namingFile) ?? "", path);
}
