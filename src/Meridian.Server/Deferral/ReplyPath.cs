using System.Runtime.CompilerServices;

namespace Meridian.Server.Deferral;

/// <summary>A way back to clients: a socket, or a thread that has connections. Called from any thread.</summary>
internal abstract class ReplyPath
{
    /// <returns>False when it could not be sent.</returns>
    public abstract bool TrySend(in ReplyAddress address, ReadOnlySpan<byte> message);

    /// <summary>As <see cref="TrySend"/>, and tells when the client has taken it, so that long answers do not pile up.</summary>
    /// <returns>False when it could not be sent.</returns>
    public abstract Task<bool> SendAsync(in ReplyAddress address, ReadOnlySpan<byte> message);

    /// <summary>There will be no more answers for this request.</summary>
    public abstract void End(in ReplyAddress address);
}

/// <summary>Where along a path: a datagram's addresses, or a connection of a thread.</summary>
internal struct ReplyAddress
{
    /// <summary>The sender, as recvmsg gave it.</summary>
    public AddressOctets Name;

    /// <summary>Octets of <see cref="Name"/>.</summary>
    public int NameLength;

    /// <summary>Control data that makes the answer leave from the address that was asked.</summary>
    public ControlOctets Control;

    /// <summary>Octets of <see cref="Control"/>; 0 leaves the choice to the kernel.</summary>
    public int ControlLength;

    /// <summary>The connection's slot.</summary>
    public int Slot;

    /// <summary>Which of the connections that have had the slot.</summary>
    public long Generation;
}

/// <summary>Room for struct sockaddr_in6.</summary>
[InlineArray(32)]
internal struct AddressOctets
{
    private byte _first;
}

/// <summary>Room for the packet information of either family.</summary>
[InlineArray(64)]
internal struct ControlOctets
{
    private byte _first;
}
