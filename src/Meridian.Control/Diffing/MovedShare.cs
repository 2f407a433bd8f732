using System.Globalization;

namespace Meridian.Control.Diffing;

/// <summary>
/// The parts of the allocated address space, each family for itself, that get another decision: what the location database puts
/// into some country is allocated, and counts by its size.
/// </summary>
/// <param name="IPv4">0 to 1.</param>
/// <param name="IPv6">0 to 1.</param>
public readonly record struct MovedShare(double IPv4, double IPv6)
{
    /// <summary>What limits are held against: neither family may be moved unnoticed because there is little of it elsewhere.</summary>
    public double Greatest => Math.Max(IPv4, IPv6);

    /// <summary>Both shares in percent, in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{IPv4:0.##%} of the IPv4 and {IPv6:0.##%} of the IPv6 addresses");
}
