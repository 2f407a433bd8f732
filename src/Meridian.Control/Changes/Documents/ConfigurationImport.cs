using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;

namespace Meridian.Control.Changes.Documents;

/// <summary>Files to documents.</summary>
public static class ConfigurationImport
{
    /// <summary>
    /// The whole configuration as puts, in the order of their keys. Records of master files are among them, and paths of
    /// other files are absolute: documents need no directory to be in.
    /// </summary>
    /// <param name="loaded">A load without errors.</param>
    public static ImmutableArray<DocumentChange> ToDocuments(LoadResult loaded) =>
    [
        .. DocumentSplitter.Split(loaded)
            .Select(document => DocumentChange.Put(document.Key, new DocumentBody(DocumentJson.Write(document.Body))))
            .OrderBy(change => change.Key),
    ];
}
