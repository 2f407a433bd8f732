using System.Collections.Immutable;
using System.Net;

namespace Meridian.Control.Resolving;

/// <summary>
/// The resolvers of the operating system: the <c>nameserver</c> lines of <c>/etc/resolv.conf</c>, read again now and then. Made
/// for one reader at a time.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">Tells when to read it again.</param>
public sealed class SystemResolvers(string path, TimeProvider time)
{
    /// <summary>Where the file is.</summary>
    public const string DefaultPath = "/etc/resolv.conf";

    private const int DnsPort = 53;

    // resolv.conf(5): without a line it is the name server on the local machine.
    private static readonly ImmutableArray<IPEndPoint> Local = [new(IPAddress.Loopback, DnsPort)];

    private readonly Lock _lock = new();
    private ImmutableArray<IPEndPoint> _servers = Local;
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>The list as of a moment ago.</summary>
    public ImmutableArray<IPEndPoint> Get()
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            if (now - _readAt >= ResolvingLimits.SystemListInterval)
            {
                _readAt = now;
                _servers = Read() ?? _servers;
            }
            return _servers;
        }
    }

    /// <summary>Reads the lines of such a file.</summary>
    public static ImmutableArray<IPEndPoint> Parse(IEnumerable<string> lines)
    {
        ImmutableArray<IPEndPoint>.Builder servers = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (string line in lines)
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", string text, ..] && IPAddress.TryParse(text, out IPAddress? address))
            {
                servers.Add(new IPEndPoint(address, DnsPort));
            }
        }
        return servers.Count == 0 ? Local : servers.ToImmutable();
    }

    private ImmutableArray<IPEndPoint>? Read()
    {
        try
        {
            return Parse(File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may be in the middle of being replaced: what was known goes on.
            return null;
        }
    }
}
