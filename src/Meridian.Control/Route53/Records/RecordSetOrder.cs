using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Records;

/// <summary>The order of lists: by name (see <see cref="Names.Route53Name.SortKey"/>), type, then set identifier, all as plain text.</summary>
internal static class RecordSetOrder
{
    /// <summary>Among the sets of one name.</summary>
    public static int WithinOwner(RecordSet left, RecordSet right) =>
        Compare(left.Type.ToMnemonic(), left.SetIdentifier, right.Type.ToMnemonic(), right.SetIdentifier);

    /// <summary>Compares types and identifiers; no identifier comes first.</summary>
    public static int Compare(string leftType, string? leftIdentifier, string rightType, string? rightIdentifier)
    {
        int byType = string.CompareOrdinal(leftType, rightType);
        return byType != 0 ? byType : string.CompareOrdinal(leftIdentifier ?? "", rightIdentifier ?? "");
    }
}
