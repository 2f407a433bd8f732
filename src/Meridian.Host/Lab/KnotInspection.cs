using System.Net.Sockets;
using System.Text;

namespace Meridian.Host.Lab;

/// <summary>
/// Knot Resolver's control socket. It tells settings and numbers but not what the cache holds (<c>cache.get</c> is not
/// implemented in version 5): what is left of an answer is only to be had from its answers.
/// </summary>
internal sealed class KnotInspection : ICacheInspection
{
    public const string ControlSocket = "control.sock";

    private const string Prompt = "> ";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<CacheContent?> AskAsync(ResolverSite site, int processId, string name, CancellationToken cancellationToken)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(site.Directory, ControlSocket)), deadline.Token);
            string least = await AskAsync(socket, "cache.min_ttl()", deadline.Token);
            string most = await AskAsync(socket, "cache.max_ttl()", deadline.Token);
            return new CacheContent("control socket", $"cache.min_ttl {least}, cache.max_ttl {most}", null, null);
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<string> AskAsync(Socket socket, string command, CancellationToken cancellationToken)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{command}\n"), SocketFlags.None, cancellationToken);
        byte[] buffer = new byte[1024];
        while (true)
        {
            int received = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            string text = Encoding.ASCII.GetString(buffer, 0, received).Replace(Prompt, "", StringComparison.Ordinal).Trim();
            if (text.Length > 0 || received == 0)
            {
                return text;
            }
        }
    }
}
