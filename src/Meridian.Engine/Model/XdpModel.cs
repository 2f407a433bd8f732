using System.Collections.Immutable;

namespace Meridian.Engine.Model;

/// <summary>An interface whose queries are taken as frames, past the kernel's network stack (AF_XDP).</summary>
public sealed record XdpModel
{
    /// <summary>The interface that queries arrive on.</summary>
    public required string Interface { get; init; }

    /// <summary>Receive queues to serve, with a thread each; null is all. 1 to 256.</summary>
    public int? Queues { get; init; }

    /// <summary>In the driver, above it, or whichever there is.</summary>
    public XdpMode Mode { get; init; }

    /// <summary>Frames answered before their answers are given to the kernel. 1 to 1024.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Let the device write into the server's memory when its driver can.</summary>
    public bool ZeroCopy { get; init; } = true;

    /// <summary>VLANs whose tagged frames are the server's too, 1 to 4094 each.</summary>
    public ImmutableArray<int> Vlans { get; init; } = [];

    public bool Equals(XdpModel? other) =>
        other is not null
        && (Interface, Queues, Mode, Batch, ZeroCopy) == (other.Interface, other.Queues, other.Mode, other.Batch, other.ZeroCopy)
        && Vlans.SequenceEqual(other.Vlans);

    public override int GetHashCode() => HashCode.Combine(Interface, Queues, Mode, Batch, ZeroCopy, Vlans.Length);
}

/// <summary>Where frames are taken.</summary>
public enum XdpMode
{
    Auto,
    Native,
    Generic,
}
