using Meridian.Control.ChangeLog;

namespace Meridian.Control.Http.Documents;

/// <summary>Compares two states, both in the order of their keys, in one pass.</summary>
internal static class StateDifference
{
    /// <summary>The documents that are in one only, or differ.</summary>
    public static IEnumerable<(DocumentKey Key, Document? Before, Document? After)> Of(DocumentState before, DocumentState after)
    {
        using IEnumerator<Document> old = before.Read().GetEnumerator();
        using IEnumerator<Document> now = after.Read().GetEnumerator();
        bool hasOld = old.MoveNext();
        bool hasNow = now.MoveNext();
        while (hasOld || hasNow)
        {
            int order = !hasOld ? 1 : !hasNow ? -1 : old.Current.Key.CompareTo(now.Current.Key);
            // The same version is the same content; the same content may have come by two versions.
            if (order != 0 || (old.Current.Version != now.Current.Version && old.Current.Body != now.Current.Body))
            {
                yield return order < 0 ? (old.Current.Key, old.Current, null)
                    : order > 0 ? (now.Current.Key, null, now.Current)
                    : (now.Current.Key, old.Current, now.Current);
            }
            hasOld = order <= 0 ? old.MoveNext() : hasOld;
            hasNow = order >= 0 ? now.MoveNext() : hasNow;
        }
    }
}
