using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Planning;

/// <summary>What became of the RRsets of a zone. Both sides are in canonical order, and share what did not change.</summary>
internal static class RRsetPairs
{
    /// <summary>Each RRset with what it becomes; null stands for none.</summary>
    /// <param name="before">The zone as it is; null when there is none.</param>
    /// <param name="after">The zone as it would be; null when it goes.</param>
    /// <param name="withShared">Whether those that are the same object on both sides are wanted too.</param>
    public static IEnumerable<(RRsetModel? Before, RRsetModel? After)> Of(ZoneModel? before, ZoneModel? after, bool withShared)
    {
        ImmutableArray<RRsetModel> old = before?.RRsets ?? [];
        ImmutableArray<RRsetModel> now = after?.RRsets ?? [];
        int i = 0;
        int j = 0;
        while (i < old.Length || j < now.Length)
        {
            if (i < old.Length && j < now.Length && ReferenceEquals(old[i], now[j]))
            {
                if (withShared)
                {
                    yield return (old[i], now[j]);
                }
                i++;
                j++;
                continue;
            }
            int order = i == old.Length ? 1 : j == now.Length ? -1 : Compare(old[i], now[j]);
            yield return (order <= 0 ? old[i++] : null, order >= 0 ? now[j++] : null);
        }
    }

    private static int Compare(RRsetModel left, RRsetModel right)
    {
        int byOwner = left.Owner.CompareTo(right.Owner);
        return byOwner != 0 ? byOwner : left.Type.CompareTo(right.Type);
    }
}
