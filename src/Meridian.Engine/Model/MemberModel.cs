using System.Net;
using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>What an operator says of a member, above what health says.</summary>
public enum AdminState : byte
{
    /// <summary>Health decides.</summary>
    Auto,

    /// <summary>Receives no new clients; never served, not even when failing open.</summary>
    Draining,

    /// <summary>Counts as up whatever health says.</summary>
    ForcedUp,

    /// <summary>Counts as down whatever health says; never served, not even when failing open.</summary>
    ForcedDown,
}

/// <summary>One address or hostname that can be in an answer. Exactly one of the two is set, unless a pool's data stands for both.</summary>
public sealed record MemberModel
{
    public IPAddress? Address { get; init; }

    public DomainName? Hostname { get; init; }

    /// <summary>The network for which the hostname is resolved (RFC 7871), where addresses are answered; null asks without the option.</summary>
    public IPNetwork? ClientSubnet { get; init; }

    /// <summary>Share within its pool; 0 to 1,000,000. 0 is used only when nothing else is available.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Overrides the pool's site.</summary>
    public string? Site { get; init; }

    /// <summary>Overrides the monitor's port; also the port in a synthesised SVCB answer is not changed by it.</summary>
    public int? Port { get; init; }

    public AdminState State { get; init; }

    /// <summary>When a forced state ends by itself; null is never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why the state is forced; shown wherever the state is.</summary>
    public string? Reason { get; init; }

    /// <summary>What stands for it in output when it is neither address nor hostname but a set of records or a monitor.</summary>
    public string? Text { get; init; }

    /// <summary>The address or the hostname, as written in output.</summary>
    public string Target => Address?.ToString() ?? Hostname?.ToString() ?? Text ?? "";
}
