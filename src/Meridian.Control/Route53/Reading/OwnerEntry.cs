using Meridian.Control.ChangeLog;
using Meridian.Dns.Names;

namespace Meridian.Control.Route53.Reading;

/// <summary>One owner of a zone at its place in the order of lists. What it has is read when somebody asks.</summary>
/// <param name="SortKey">See <see cref="Names.Route53Name.SortKey"/>.</param>
/// <param name="Owner">The name.</param>
/// <param name="Document">Its records; null for an apex that has none but its start of authority.</param>
/// <param name="SetCount">How many record sets it has.</param>
internal sealed record OwnerEntry(string SortKey, DomainName Owner, Document? Document, int SetCount)
{
    /// <summary>By the order of lists.</summary>
    public static IComparer<OwnerEntry> Order { get; } = Comparer<OwnerEntry>.Create((left, right) => string.CompareOrdinal(left.SortKey, right.SortKey));

    /// <summary>A place in the order.</summary>
    public static OwnerEntry At(string sortKey) => new(sortKey, DomainName.Root, null, 0);
}
