using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Planning;

/// <summary>What became of the RRsets of a zone. Both sides are in canonical order, and share what did not change.</summary>
internal static class RRsetPairs
{
    /// <summary>Each RRset that changes, with what it becomes; null stands for none.</summary>
    /// <param name="before">The zone as it is; null when there is none.</param>
    /// <param name="after">The zone as it would be; null when it goes.</param>
    /// <param name="withDependent">Whether those that stay are wanted too where other parts of the model say something of them.</param>
    public static IEnumerable<(RRsetModel? Before, RRsetModel? After)> Of(ZoneModel? before, ZoneModel? after, bool withDependent) =>
        RRsetDifference.Between(before?.RRsets ?? [], after?.RRsets ?? [], withDependent).Select(difference => (difference.Before, difference.After));
}
