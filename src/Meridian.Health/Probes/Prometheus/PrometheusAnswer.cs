using System.Globalization;
using System.Text.Json;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes.Prometheus;

/// <summary>Reads what the query API of Prometheus answers: <c>{"status":"success","data":{"resultType":…,"result":…}}</c>.</summary>
internal static class PrometheusAnswer
{
    /// <summary>The values of an instant vector or a scalar; false with what is wrong.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> json, out List<double> values, out string problem)
    {
        values = [];
        problem = "";
        try
        {
            Utf8JsonReader reader = new(json);
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            problem = ReadRoot(document.RootElement, values);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            problem = $"the answer is not of the Prometheus API: it begins with {QuotedText.Of(json)}";
        }

        return problem.Length == 0;
    }

    private static string ReadRoot(JsonElement root, List<double> values)
    {
        if (root.GetProperty("status").GetString() != "success")
        {
            return $"the query failed: {QuotedText.Of(root.GetProperty("error").GetString() ?? "")}";
        }

        JsonElement data = root.GetProperty("data");
        JsonElement result = data.GetProperty("result");
        switch (data.GetProperty("resultType").GetString())
        {
            case "scalar":
                values.Add(ReadSample(result));
                return "";
            case "vector":
                foreach (JsonElement series in result.EnumerateArray())
                {
                    values.Add(ReadSample(series.GetProperty("value")));
                }

                return "";
            case { } other:
                return $"the query gives a {QuotedText.Of(other)}; a health check needs an instant vector or a scalar";
            default:
                return "the answer does not say what it is";
        }
    }

    // A sample is a pair of the time and the value as text, which may be NaN, +Inf or -Inf.
    private static double ReadSample(JsonElement sample) => sample[1].GetString() switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        { } text => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        null => double.NaN,
    };
}
