using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Meridian.Server.Metrics;

/// <summary>Writes metrics in Prometheus' text exposition format, version 0.0.4.</summary>
public static class PrometheusText
{
    /// <summary>The Content-Type of the response.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The whole exposition.</summary>
    public static string Format(ImmutableArray<MetricFamily> families)
    {
        StringBuilder text = new(16 << 10);
        foreach (MetricFamily family in families)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
            foreach (MetricSeries series in family.Series)
            {
                if (family.Kind == MetricKind.Histogram)
                {
                    AppendHistogram(text, family.Name, series);
                }
                else
                {
                    AppendSample(text, family.Name, series.Labels, series.Value);
                }
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// A label set's text, from names and values in any order; names are sorted so that equal sets are equal text.
    /// </summary>
    public static string FormatLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        KeyValuePair<string, object?>[] sorted = tags.ToArray();
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        StringBuilder text = new();
        foreach ((string name, object? value) in sorted)
        {
            string written = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(text.Length > 0 ? "," : "").Append(FormatName(name));
            text.Append("=\"").Append(EscapeLabel(written)).Append('"');
        }

        return text.ToString();
    }

    /// <summary>
    /// A name of which only letters, digits and underscores are left: `meridian.dns.queries` → `meridian_dns_queries`.
    /// </summary>
    public static string FormatName(string name)
    {
        StringBuilder text = new(name.Length + 1);
        foreach (char letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        return name.Length > 0 && char.IsAsciiDigit(name[0]) ? text.Insert(0, '_').ToString() : text.ToString();
    }

    private static void AppendHistogram(StringBuilder text, string name, MetricSeries series)
    {
        string separator = series.Labels.Length > 0 ? "," : "";
        long observations = 0;
        foreach ((double bound, long count) in series.Buckets)
        {
            AppendSample(text, $"{name}_bucket", $"{series.Labels}{separator}le=\"{FormatNumber(bound)}\"", count);
            observations = count;
        }

        AppendSample(text, $"{name}_sum", series.Labels, series.Value);
        AppendSample(text, $"{name}_count", series.Labels, observations);
    }

    private static void AppendSample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(FormatNumber(value)).Append('\n');
    }

    private static string FormatNumber(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static string EscapeHelp(string help) =>
        help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string value) =>
        EscapeHelp(value).Replace("\"", "\\\"", StringComparison.Ordinal);
}
