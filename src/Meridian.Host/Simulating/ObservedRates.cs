using System.Globalization;
using System.Net;
using System.Text.Json;
using Meridian.Host.Status;

namespace Meridian.Host.Simulating;

/// <summary>How often names were asked for lately, as a running server observed it.</summary>
internal static class ObservedRates
{
    // 10 to 10,000: names that are asked for the most.
    private const int NamesMax = 1_000;

    /// <summary>Queries per second of each name in the last hour, all types together; null, with the reason told, when nobody knows.</summary>
    public static async Task<IReadOnlyDictionary<string, double>?> AskAsync(Uri url, TextWriter error, CancellationToken cancellationToken)
    {
        using var client = new LocalEndpointClient(url);
        EndpointReply reply = await client.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"api/v1/population?minutes=60&top={NamesMax}"), cancellationToken);
        if (reply.Unreachable is { } reason)
        {
            await error.WriteLineAsync(reason);
            return null;
        }
        if (reply.Status != HttpStatusCode.OK)
        {
            await error.WriteLineAsync(ProblemText.Of(reply.Body));
            return null;
        }
        return Read(reply.Body);
    }

    /// <summary>Reads the observed population as the API tells it.</summary>
    internal static Dictionary<string, double> Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        double seconds = Math.Max(1, (root.GetProperty("to").GetDateTimeOffset() - root.GetProperty("from").GetDateTimeOffset()).TotalSeconds);
        Dictionary<string, double> rates = new(StringComparer.OrdinalIgnoreCase);
        foreach (JsonElement row in root.GetProperty("names").EnumerateArray())
        {
            // "www.example.com. A": the name, and the type of the questions.
            string name = (row.GetProperty("name").GetString() ?? "").Split(' ')[0];
            rates[name] = rates.GetValueOrDefault(name) + (row.GetProperty("queries").GetDouble() / seconds);
        }
        return rates;
    }
}
