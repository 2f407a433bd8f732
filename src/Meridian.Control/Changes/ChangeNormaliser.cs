using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Changes;

/// <summary>Makes the bodies of a change canonical, and leaves out what changes nothing.</summary>
internal static class ChangeNormaliser
{
    /// <summary>Normalises.</summary>
    /// <param name="changes">As they were proposed.</param>
    /// <param name="documents">What there is.</param>
    /// <param name="limits">Bounds each document.</param>
    /// <param name="keepsUnchanged">Whether what changes nothing stays: a repeated request must be the same, whatever happened since.</param>
    /// <param name="errors">What cannot be read; nothing of the result is of use then.</param>
    public static ImmutableArray<DocumentChange> Normalise(
        ImmutableArray<DocumentChange> changes, DocumentSet documents, ConfigurationLimits limits, bool keepsUnchanged, out ImmutableArray<ChangeError> errors)
    {
        ImmutableArray<ChangeError>.Builder wrong = ImmutableArray.CreateBuilder<ChangeError>();
        ImmutableArray<DocumentChange>.Builder normal = ImmutableArray.CreateBuilder<DocumentChange>();
        HashSet<DocumentKey> seen = [];
        foreach (DocumentChange change in changes)
        {
            if (!seen.Add(change.Key))
            {
                wrong.Add(new ChangeError(change.Key, "", "the document is in the change twice", null));
            }
            else if (change.Body is not { } body)
            {
                normal.Add(change);
            }
            else if (!DocumentJson.TryRead(body.Utf8, change.Key.ToString(), limits, out ConfigNode? node, out string? problem))
            {
                wrong.Add(new ChangeError(change.Key, "", problem, null));
            }
            else if (keepsUnchanged || !documents.TryFind(change.Key, out Document current) || !MeansTheSame(current, node, limits))
            {
                normal.Add(DocumentChange.Put(change.Key, new DocumentBody(DocumentJson.Write(node))));
            }
        }
        errors = wrong.ToImmutable();
        return normal.ToImmutable();
    }

    /// <summary>Whether a body is what is stored already. Clients that keep maps in an order of their own change nothing by it.</summary>
    private static bool MeansTheSame(in Document current, ConfigNode proposed, ConfigurationLimits limits) =>
        DocumentJson.TryRead(current.Body.Utf8, "", limits, out ConfigNode? stored, out _) && NodeEquality.AreEqual(stored, proposed);
}
