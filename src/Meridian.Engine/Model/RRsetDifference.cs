namespace Meridian.Engine.Model;

/// <summary>What is at one place of two lists of RRsets that follow each other, and not the same.</summary>
/// <param name="Before">Null when it came.</param>
/// <param name="After">Null when it went.</param>
/// <param name="Index">Where it is in the newer list; −1 when it went.</param>
public readonly record struct RRsetDifference(RRsetModel? Before, RRsetModel? After, int Index)
{
    /// <summary>
    /// Goes through two lists in step. Pages that both have are passed over, and so are RRsets with the same octets or the same object: what
    /// is found takes as long as the change is large.
    /// </summary>
    /// <param name="before">A list in canonical order.</param>
    /// <param name="after">Another one, or one that differs in the data alone.</param>
    /// <param name="withDependent">
    /// Whether those that are the same are wanted too where other parts of the model say something of them: their TTL, or what is answered.
    /// </param>
    public static IEnumerable<RRsetDifference> Between(RRsetList before, RRsetList after, bool withDependent = false)
    {
        RRsetCursor left = new(before);
        RRsetCursor right = new(after);
        while (!left.IsAtEnd || !right.IsAtEnd)
        {
            if (!withDependent && left.SharesPageWith(in right))
            {
                left.SkipPage();
                right.SkipPage();
            }
            else if (AreSame(in left, in right))
            {
                if (withDependent && IsDependent(in left))
                {
                    yield return new RRsetDifference(left.Model, right.Model, right.Index);
                }
                left.MoveNext();
                right.MoveNext();
            }
            else
            {
                int order = left.IsAtEnd ? 1 : right.IsAtEnd ? -1 : RRsetRow.Compare(left.Row, right.Row);
                yield return new RRsetDifference(order <= 0 ? left.Model : null, order >= 0 ? right.Model : null, order >= 0 ? right.Index : -1);
                if (order <= 0)
                {
                    left.MoveNext();
                }
                if (order >= 0)
                {
                    right.MoveNext();
                }
            }
        }
    }

    private static bool AreSame(in RRsetCursor left, in RRsetCursor right) =>
        !left.IsAtEnd && !right.IsAtEnd && ReferenceEquals(left.Kept, right.Kept) && left.Row.Octets.SequenceEqual(right.Row.Octets);

    /// <summary>Whether what an RRset means follows from other parts of the model too.</summary>
    private static bool IsDependent(in RRsetCursor cursor) => cursor.Row.TtlSeconds is null || cursor.Kept is not null;
}
