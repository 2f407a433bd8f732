using System.Globalization;
using System.Net;

namespace Meridian.Host.Lab;

/// <summary><c>rec_control dump-cache</c> and <c>get-parameter</c>.</summary>
internal sealed class RecursorInspection : ICacheInspection
{
    private const string Tool = "rec_control";

    public async Task<CacheContent?> AskAsync(ResolverSite site, int processId, string name, CancellationToken cancellationToken)
    {
        string socket = $"--socket-dir={site.Directory}";
        // It does not write over a file that is there.
        string file = Path.Combine(site.Directory, $"dump-{Path.GetRandomFileName()}");
        if (await ControlTool.RunAsync(Tool, [socket, "dump-cache", file], cancellationToken) is null || !File.Exists(file))
        {
            return null;
        }
        long at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string? settings = await ControlTool.RunAsync(Tool, [socket, "get-parameter", "max-cache-ttl", "minimum-ttl-override"], cancellationToken);
        // www.lab.example. 20 17 IN A 127.0.1.1 ; (Indeterminate) …: the TTL as it came, and what is left of it.
        string[]? fields = (await File.ReadAllLinesAsync(file, cancellationToken)).Select(line => line.Split(' '))
            .FirstOrDefault(parts => parts.Length > 5 && parts[0] == $"{name}." && parts[3] == "IN" && parts[4] == "A");
        return new CacheContent(
            $"{Tool} dump-cache",
            string.Join(", ", (settings ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            fields is null ? null : int.Parse(fields[2], CultureInfo.InvariantCulture),
            fields is null ? null : IPAddress.Parse(fields[5]))
        {
            AskedAt = at,
        };
    }
}
