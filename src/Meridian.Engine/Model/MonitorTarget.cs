using System.Net;

namespace Meridian.Engine.Model;

/// <summary>What a monitor asks by itself, whatever pool names it. Exactly one of the two is set.</summary>
/// <param name="Address">An address.</param>
/// <param name="Hostname">A host name without the final dot.</param>
public sealed record MonitorTarget(IPAddress? Address, string? Hostname)
{
    /// <summary>As an operator writes it.</summary>
    public override string ToString() => Address?.ToString() ?? Hostname ?? "";
}
