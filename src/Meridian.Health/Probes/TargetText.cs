using System.Globalization;

namespace Meridian.Health.Probes;

/// <summary>Texts of a monitor in which the member's place is filled in.</summary>
internal static class TargetText
{
    /// <summary>Puts the member in for <c>{address}</c> and <c>{port}</c>.</summary>
    internal static string Fill(string text, ProbeTarget target) => text
        .Replace("{address}", target.Address?.ToString() ?? target.Hostname ?? "", StringComparison.Ordinal)
        .Replace("{port}", target.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
