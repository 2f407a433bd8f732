using Meridian.Dns.Messages;

namespace Meridian.Engine.Answering;

/// <summary>Where a decision takes the client to be.</summary>
/// <param name="Address">The network of the client subnet option, or the source address.</param>
/// <param name="SourcePrefixLength">Bits of the address that are known: all of them for a source address.</param>
/// <param name="IsFromOption">Whether the query carried a client subnet to use (RFC 7871); one of length 0 asks not to.</param>
internal readonly record struct ClientNetwork(ClientAddress Address, int SourcePrefixLength, bool IsFromOption)
{
    /// <summary>What a query says of it.</summary>
    public static ClientNetwork Of(in QueryView view, in ClientInfo client)
    {
        if (view.Edns.HasClientSubnet)
        {
            ClientSubnet subnet = view.Edns.ClientSubnet;
            // RFC 7871 §7.1.2: a source prefix of 0 asks that the client's address not be used; the resolver's is.
            if (subnet.SourcePrefixLength > 0)
            {
                ClientAddress address = subnet.IsIPv4
                    ? ClientAddress.FromIPv4(subnet.IPv4)
                    : new ClientAddress(subnet.AddressHigh, subnet.AddressLow);
                return new ClientNetwork(address, subnet.SourcePrefixLength, true);
            }
        }
        return new ClientNetwork(client.Address, client.Address.IsIPv4 ? 32 : 128, false);
    }
}
