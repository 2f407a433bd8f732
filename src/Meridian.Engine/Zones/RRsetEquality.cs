using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>Whether two RRsets say the same, whatever objects they are.</summary>
internal static class RRsetEquality
{
    public static bool AreEqual(RRsetModel left, RRsetModel right)
    {
        if (left.Owner != right.Owner || left.Type != right.Type || left.TtlSeconds != right.TtlSeconds
            || left.Rotate != right.Rotate || left.Rdata.Length != right.Rdata.Length || !AreEqual(left.Steering, right.Steering)
            || left.Outside != right.Outside)
        {
            return false;
        }
        for (int i = 0; i < left.Rdata.Length; i++)
        {
            if (!left.Rdata[i].Span.SequenceEqual(right.Rdata[i].Span))
            {
                return false;
            }
        }
        return true;
    }

    // The list of ALPN identifiers compares by reference in a record, so it is compared here.
    private static bool AreEqual(SteeredDataModel? left, SteeredDataModel? right) =>
        left is null || right is null
            ? left is null && right is null
            : left with { Alpn = [] } == right with { Alpn = [] } && left.Alpn.SequenceEqual(right.Alpn);
}
