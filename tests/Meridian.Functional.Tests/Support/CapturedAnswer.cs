using System.Globalization;
using System.Net;

namespace Meridian.Functional.Tests.Support;

/// <summary>A query and its answer, as a packet capture has them.</summary>
/// <param name="Phase">What was going on.</param>
/// <param name="Query">The query on the wire.</param>
/// <param name="Answer">The answer on the wire.</param>
/// <param name="Source">Where the query came from.</param>
/// <param name="SentAt">Right before it was sent.</param>
/// <param name="ReceivedAt">Right after its answer came.</param>
internal sealed record CapturedAnswer(
    string Phase, byte[] Query, byte[] Answer, IPEndPoint Source, DateTimeOffset SentAt, DateTimeOffset ReceivedAt)
{
    public static async Task<CapturedAnswer> CaptureAsync(string phase, DnsProbe probe, byte[] query)
    {
        DateTimeOffset sent = DateTimeOffset.UtcNow;
        byte[] answer = await probe.AskAsync(query);
        return new CapturedAnswer(phase, query, answer, probe.Source, sent, DateTimeOffset.UtcNow);
    }

    /// <summary>The request target that explains it from the state at a moment.</summary>
    public string ExplainTarget(DateTimeOffset at, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"api/v1/explain?client={Source.Address}&port={Source.Port}&query={Convert.ToHexStringLower(Query)}&at={at.ToUnixTimeMilliseconds() / 1000m:0.000}&format={format}");
}
