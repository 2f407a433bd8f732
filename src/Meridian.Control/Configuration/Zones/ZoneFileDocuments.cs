using System.Diagnostics.CodeAnalysis;
using Meridian.Control.Configuration.Reading;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Control.Configuration.Zones;

/// <summary>
/// Gives the scanner its first file, which has been read, and those that it includes, relative to the including one.
/// </summary>
internal sealed class ZoneFileDocuments(DocumentSource documents, ZoneFileText first) : IZoneFileSource
{
    public bool TryOpen(
        string path,
        string? includedFrom,
        [NotNullWhen(true)] out ZoneFileText? file,
        [NotNullWhen(false)] out string? error)
    {
        if (includedFrom is null)
        {
            (file, error) = (first, null);
            return true;
        }
        string resolved = RelativePaths.Resolve(includedFrom, path);
        if (!documents.TryReadText(resolved, out string? text, out error))
        {
            file = null;
            return false;
        }
        file = new ZoneFileText(resolved, text);
        return true;
    }
}
