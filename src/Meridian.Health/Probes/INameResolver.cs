using System.Net;
using System.Net.Sockets;

namespace Meridian.Health.Probes;

/// <summary>Finds the address of a member that is given by name.</summary>
public interface INameResolver
{
    /// <summary>The first address; null when there is none or <paramref name="deadline"/> passed.</summary>
    /// <param name="hostname">The name.</param>
    /// <param name="isIPv4Only">Whether IPv6 addresses do not count.</param>
    /// <param name="deadline">When to give up.</param>
    ValueTask<IPAddress?> ResolveAsync(string hostname, bool isIPv4Only, CancellationToken deadline);
}

/// <summary>Asks the operating system's resolver.</summary>
public sealed class SystemNameResolver : INameResolver
{
    public async ValueTask<IPAddress?> ResolveAsync(string hostname, bool isIPv4Only, CancellationToken deadline)
    {
        try
        {
            IPAddress[] addresses = await System.Net.Dns.GetHostAddressesAsync(
                hostname, isIPv4Only ? AddressFamily.InterNetwork : AddressFamily.Unspecified, deadline);
            return addresses.Length > 0 ? addresses[0] : null;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return null;
        }
    }
}
