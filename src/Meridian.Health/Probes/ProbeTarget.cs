using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes;

/// <summary>Where a probe goes. Exactly one of address and hostname is set.</summary>
/// <param name="Address">The member's address.</param>
/// <param name="Hostname">The member's hostname without the final dot, resolved anew for each probe.</param>
/// <param name="Port">1 to 65535; 0 for what has no port.</param>
public sealed record ProbeTarget(IPAddress? Address, string? Hostname, int Port)
{
    /// <summary>The host as a URI holds it (RFC 3986 §3.2.2): IPv6 addresses stand in brackets.</summary>
    public string Host => Address switch
    {
        null => Hostname ?? "",
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"[{Address}]",
        _ => Address.ToString(),
    };

    /// <summary>The monitor's own target, or else the member: its own port wins over the monitor's.</summary>
    public static ProbeTarget Of(MemberModel member, MonitorModel monitor) => monitor.Target is { } own
        ? new(own.Address, own.Hostname, monitor.Port)
        : new(member.Address, member.Address is null ? (member.Hostname?.ToString() ?? member.Text)?.TrimEnd('.') : null, member.Port ?? monitor.Port);

    public override string ToString() => Port == 0 ? Host : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
