namespace Meridian.Architecture.Tests.Tidy;

/// <summary>A place that may break one of the size rules. The list must shrink: an entry that is no longer needed fails.</summary>
/// <param name="Path">The file.</param>
/// <param name="Member">The method's name; null exempts the length of the file.</param>
/// <param name="Reason">Why it is better as it is.</param>
internal sealed record Exemption(string Path, string? Member, string Reason)
{
    /// <summary>All exemptions. Generated code and tables are reasons; "it grew" is none.</summary>
    public static IReadOnlyList<Exemption> All { get; } = [];
}
