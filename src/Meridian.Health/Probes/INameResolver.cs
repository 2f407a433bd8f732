using System.Net;
using System.Net.Sockets;

namespace Meridian.Health.Probes;

/// <summary>Finds the address of a member that is given by name.</summary>
public interface INameResolver
{
    /// <summary>The first address; null when there is none or <paramref name="deadline"/> passed.</summary>
    ValueTask<IPAddress?> ResolveAsync(string hostname, CancellationToken deadline);
}

/// <summary>Asks the operating system's resolver.</summary>
public sealed class SystemNameResolver : INameResolver
{
    public async ValueTask<IPAddress?> ResolveAsync(string hostname, CancellationToken deadline)
    {
        try
        {
            IPAddress[] addresses = await System.Net.Dns.GetHostAddressesAsync(hostname, deadline);
            return addresses.Length > 0 ? addresses[0] : null;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return null;
        }
    }
}
