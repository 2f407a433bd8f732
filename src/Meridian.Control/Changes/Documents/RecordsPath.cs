using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Sections;
using Meridian.Dns.Records;

namespace Meridian.Control.Changes.Documents;

/// <summary>Places of the model that are in an owner's records: <c>zones/example.com./records/www/A/alias/to</c>.</summary>
internal static class RecordsPath
{
    private const string Records = $"/{DocumentSections.Records}/";

    /// <summary>The document of such a place, and where in it; false for other places.</summary>
    public static bool TryFind(string path, out DocumentKey document, out string pointer)
    {
        document = default;
        pointer = "";
        string prefix = $"{RootSection.Zones.Name}/";
        int at = path.IndexOf(Records, StringComparison.Ordinal);
        if (!path.StartsWith(prefix, StringComparison.Ordinal) || at < prefix.Length)
        {
            return false;
        }
        string zone = RecordsName.NormaliseZone(path[prefix.Length..at]);
        string rest = path[(at + Records.Length)..];
        // A name may have slashes in it (RFC 2317 §4); what comes first that is a type ends it.
        for (int slash = rest.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = rest.IndexOf('/', slash + 1))
        {
            string after = rest[(slash + 1)..];
            if (RecordTypes.TryParse(after.Split('/')[0], out _))
            {
                document = new DocumentKey(DocumentKinds.Records, RecordsName.Of(zone, RecordsName.NormaliseOwner(zone, rest[..slash])));
                pointer = rest[slash..];
                return true;
            }
        }
        return false;
    }
}
