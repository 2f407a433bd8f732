using System.Globalization;
using System.Net;

namespace Meridian.Host.Lab;

/// <summary><c>unbound-control dump_cache</c> and <c>get_option</c>.</summary>
internal sealed class UnboundInspection : ICacheInspection
{
    public const string ConfigurationFile = "unbound.conf";

    private const string Tool = "unbound-control";

    public async Task<CacheContent?> AskAsync(ResolverSite site, int processId, string name, CancellationToken cancellationToken)
    {
        string configuration = Path.Combine(site.Directory, ConfigurationFile);
        if (await ControlTool.RunAsync(Tool, ["-c", configuration, "dump_cache"], cancellationToken) is not { } dump)
        {
            return null;
        }
        long at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        List<string> settings = [];
        foreach (string option in new[] { "cache-min-ttl", "serve-expired", "prefetch" })
        {
            string? value = await ControlTool.RunAsync(Tool, ["-c", configuration, "get_option", option], cancellationToken);
            settings.Add($"{option} {value?.Trim()}");
        }
        // www.lab.example.	17	IN	A	127.0.1.1
        string[]? fields = dump.Split('\n').Select(line => line.Split('\t'))
            .FirstOrDefault(parts => parts.Length == 5 && parts[0] == $"{name}." && parts[3] == "A");
        return new CacheContent(
            $"{Tool} dump_cache",
            string.Join(", ", settings),
            fields is null ? null : int.Parse(fields[1], CultureInfo.InvariantCulture),
            fields is null ? null : IPAddress.Parse(fields[4]))
        {
            AskedAt = at,
        };
    }
}
