using System.Collections.Frozen;
using System.Globalization;

namespace Meridian.Health.Probes.Http;

/// <summary>The reason of each successful probe, made once: thousands of successes a second share these strings.</summary>
internal static class StatusReasons
{
    private static readonly FrozenDictionary<int, string> ByStatus = Enumerable.Range(100, 500)
        .ToFrozenDictionary(status => status, status => string.Create(CultureInfo.InvariantCulture, $"status {status}"));

    internal static string Of(int status) => ByStatus[status];
}
