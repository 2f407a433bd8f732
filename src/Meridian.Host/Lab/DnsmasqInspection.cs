using System.Globalization;
using System.Net;

namespace Meridian.Host.Lab;

/// <summary>dnsmasq writes its cache to its log when it gets SIGUSR1, with the second at which each answer expires.</summary>
internal sealed class DnsmasqInspection : ICacheInspection
{
    /// <summary>Where it writes.</summary>
    public const string LogFile = "dnsmasq.log";

    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<CacheContent?> AskAsync(ResolverSite site, int processId, string name, CancellationToken cancellationToken)
    {
        string log = Path.Combine(site.Directory, LogFile);
        int before = File.Exists(log) ? (await File.ReadAllLinesAsync(log, cancellationToken)).Length : 0;
        if (await ControlTool.RunAsync("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -USR1 {processId}")], cancellationToken) is null)
        {
            return null;
        }
        for (int i = 0; i < Tries; i++)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            string[] fresh = File.Exists(log) ? [.. (await File.ReadAllLinesAsync(log, cancellationToken)).Skip(before)] : [];
            // … dnsmasq[7]: www.lab.example  127.0.1.1  4F  Fri Nov 20 12:10:29 2026
            if (fresh.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(parts => parts.Contains(name)) is { } fields)
            {
                int at = Array.IndexOf(fields, name);
                string expires = string.Join(' ', fields[^4..]);
                DateTime end = DateTime.ParseExact(
                    expires, "MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                int left = (int)(new DateTimeOffset(end).ToUnixTimeSeconds() - now.ToUnixTimeSeconds());
                return new CacheContent("SIGUSR1", $"min-cache-ttl and max-cache-ttl {site.Ttl * OtherKinds.IgnoreFactor}", left, IPAddress.Parse(fields[at + 1]))
                {
                    AskedAt = now.ToUnixTimeSeconds(),
                };
            }
        }
        return null;
    }
}
