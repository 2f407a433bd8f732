using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meridian.Control.Observing;

/// <summary>How far changes have come, as people and programs read it.</summary>
internal static class PropagationOutput
{
    private const int ChangesShown = 5;
    private const int HoldersShown = 5;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As JSON.</summary>
    /// <param name="report">What is known.</param>
    /// <param name="top">Askers that are listed.</param>
    public static string ToJson(PropagationReport report, int top) => new JsonObject
    {
        ["now"] = TimeOf(report.Now),
        ["tail"] = Tail(report),
        ["changes"] = new JsonArray([.. report.Changes.Select(ChangeOf)]),
        ["resolvers"] = new JsonArray([.. report.Askers.Take(top).Select(asker => new JsonObject
        {
            ["resolver"] = Asker.Text(asker.Asker.Resolver, asker.Asker.ResolverLength),
            ["names"] = asker.Names,
            ["behaviour"] = Word(asker.Estimate.Behaviour),
            ["ttl"] = asker.Ttl,
            ["effectiveTtl"] = Math.Round(asker.Estimate.EffectiveTtl, 1),
            ["caches"] = Math.Round(asker.Estimate.Caches, 1),
            ["lookupsPerSecond"] = Math.Round(asker.Estimate.Demand, 4),
        })]),
    }.ToJsonString(Indented);

    /// <summary>For a terminal.</summary>
    /// <param name="report">What is known.</param>
    /// <param name="top">Askers that are listed.</param>
    public static string ToText(PropagationReport report, int top)
    {
        StringBuilder text = new();
        if (report.Changes.IsEmpty)
        {
            text.Append("No answer has changed that a cache was seen to hold.\n");
        }
        foreach (ChangeReport change in report.Changes.Take(ChangesShown))
        {
            Write(text, change, report.Now);
        }
        ImmutableArray<FinishedChange> finished = report.Finished;
        if (!finished.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nyour measured tail over the last {finished.Length} changes (median, worst):");
            for (int i = 0; i < AnswerChange.Marks.Length; i++)
            {
                double[] seconds = [.. finished.Select(change => change.Reached[i]).Order()];
                text.Append(CultureInfo.InvariantCulture, $"  {AnswerChange.Marks[i]:P0} {Seconds(seconds[seconds.Length / 2])}, {Seconds(seconds[^1])}");
            }
            double[] over = [.. finished.Select(change => change.OverrunSeconds).Order()];
            text.Append(CultureInfo.InvariantCulture, $"\n  beyond the TTL, until 99 % had moved: {Seconds(over[over.Length / 2])}, {Seconds(over[^1])}; planned changes lower TTLs that much earlier\n");
        }
        if (!report.Askers.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{"resolver",-40} {"habit",-8} {"TTL",6} {"effective",10} {"caches",7}  lookups/s of each\n");
            foreach (AskerReport asker in report.Askers.Take(top))
            {
                CacheEstimate estimate = asker.Estimate;
                text.Append(CultureInfo.InvariantCulture, $"{Asker.Text(asker.Asker.Resolver, asker.Asker.ResolverLength),-40} {Word(estimate.Behaviour),-8} {asker.Ttl,4} s {estimate.EffectiveTtl,8:0.#} s {estimate.Caches,7:0.#}  {(estimate.Demand >= CacheEstimate.DemandMax ? "≥ 0.5" : estimate.Demand.ToString("0.###", CultureInfo.InvariantCulture))}\n");
            }
        }
        return text.ToString();
    }

    /// <summary>A change in one line.</summary>
    public static string Line(ChangeReport change) => string.Create(
        CultureInfo.InvariantCulture,
        $"{change.Description}: {change.Moved:P1} of {change.Caches} cached answers moved; {string.Join(", ", AnswerChange.Marks.Select((mark, i) => $"{mark.ToString("P0", CultureInfo.InvariantCulture)} {(change.Reached[i] is null ? "expected " : "")}after {Seconds(change.Forecast[i])}"))}");

    private static void Write(StringBuilder text, ChangeReport change, long now)
    {
        text.Append(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(change.At):HH:mm:ss}Z  {change.Description}\n");
        text.Append(CultureInfo.InvariantCulture, $"  {change.Moved:P1} has moved, {Seconds(now - change.At)} after; from {Seconds(change.Horizon)} on no honest cache holds the old answer\n ");
        for (int i = 0; i < AnswerChange.Marks.Length; i++)
        {
            string when = change.Reached[i] is { } reached ? $"after {Seconds(reached)}" : $"expected after {Seconds(change.Forecast[i])}";
            text.Append(CultureInfo.InvariantCulture, $" {AnswerChange.Marks[i]:P0} {when};");
        }
        text.Append(change.Unknown > 0.01 ? string.Create(CultureInfo.InvariantCulture, $" {change.Unknown:P0} by resolvers whose habits are not known yet\n") : "\n");
        foreach ((Asker asker, CacheEstimate estimate, double share, double until) in change.Holders.Take(HoldersShown))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Who(asker)} still holds {share:P1} of the volume until {Seconds(until)} ({Word(estimate.Behaviour)}, effective TTL {estimate.EffectiveTtl:0} s)\n");
        }
    }

    private static JsonObject ChangeOf(ChangeReport change)
    {
        JsonObject marks = [];
        for (int i = 0; i < AnswerChange.Marks.Length; i++)
        {
            string mark = AnswerChange.Marks[i].ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
            marks[mark] = new JsonObject { ["seconds"] = Math.Round(change.Forecast[i], 1), ["isForecast"] = change.Reached[i] is null };
        }
        return new JsonObject
        {
            ["at"] = TimeOf(change.At),
            ["description"] = change.Description,
            ["moved"] = Math.Round(change.Moved, 4),
            ["honestHorizonSeconds"] = change.Horizon,
            ["caches"] = change.Caches,
            ["unknown"] = Math.Round(change.Unknown, 4),
            ["marks"] = marks,
            ["holders"] = new JsonArray([.. change.Holders.Select(holder => new JsonObject
            {
                ["resolver"] = Who(holder.Asker),
                ["share"] = Math.Round(holder.Share, 4),
                ["untilSeconds"] = Math.Round(holder.Until, 1),
                ["behaviour"] = Word(holder.Estimate.Behaviour),
            })]),
            ["curve"] = new JsonArray([.. change.Curve.Select(point => new JsonArray(point.After, Math.Round(point.Moved, 4)))]),
        };
    }

    private static JsonObject? Tail(PropagationReport report) => report.Finished is { IsEmpty: false } finished
        ? new JsonObject
        {
            ["changes"] = finished.Length,
            ["medianSeconds"] = new JsonArray([.. AnswerChange.Marks.Select((_, i) => (JsonNode)finished.Select(change => change.Reached[i]).Order().ElementAt(finished.Length / 2))]),
            ["overrunSeconds"] = new JsonArray([.. finished.Select(change => (JsonNode)change.OverrunSeconds)]),
            ["worstSeconds"] = new JsonArray([.. AnswerChange.Marks.Select((_, i) => (JsonNode)finished.Max(change => change.Reached[i]))]),
        }
        : null;

    private static string Who(Asker asker) => asker.SubnetLength > 0
        ? $"{Asker.Text(asker.Subnet, asker.SubnetLength)} by {Asker.Text(asker.Resolver, asker.ResolverLength)}"
        : Asker.Text(asker.Resolver, asker.ResolverLength);

    private static string Word(CacheBehaviour behaviour) => behaviour.ToString().ToLowerInvariant();

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s");

    private static string TimeOf(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("O", CultureInfo.InvariantCulture);
}
