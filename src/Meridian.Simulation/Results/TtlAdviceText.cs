using System.Globalization;
using System.Text;

namespace Meridian.Simulation.Results;

/// <summary>TTL advice for a terminal.</summary>
public static class TtlAdviceText
{
    private const int BarWidth = 24;

    /// <summary>A table, and what it means in words.</summary>
    /// <param name="advice">The advice.</param>
    /// <param name="name">The name it is about.</param>
    /// <param name="failure">What fails.</param>
    /// <param name="runSeconds">How long the runs looked on after the failure.</param>
    public static string Render(TtlAdvice advice, string name, string failure, double runSeconds)
    {
        StringBuilder text = new();
        Line(text, $"{name}: what it costs when {failure}, by TTL");
        text.Append('\n');
        Line(text, $"{"TTL",7} {"queries/s",11}  {"50 %",9} {"95 %",9} {"99 %",9} {"99.9 %",9} {"failed requests",16}");
        double most = advice.Options.Max(option => option.QueriesPerSecond);
        foreach (TtlOption option in advice.Options)
        {
            string[] moved = [.. option.Moved.Select(share => share.Seconds is { } seconds ? ResultText.Span(seconds) : $"> {ResultText.Span(runSeconds)}")];
            int bar = (int)Math.Round(option.QueriesPerSecond / most * BarWidth);
            string mark = $"{(option.TtlSeconds == advice.KneeSeconds ? " ← knee" : "")}{(option.TtlSeconds == advice.PresentTtlSeconds ? " ← now" : "")}";
            Line(text, $"{ResultText.Span(option.TtlSeconds),7} {option.QueriesPerSecond,11:#,0.0}  {moved[0],9} {moved[1],9} {moved[2],9} {moved[3],9} {ResultText.Count((long)option.FailedRequests),16}  {new string('▇', bar)}{mark}");
        }
        text.Append('\n');
        if (advice is { PresentTtlSeconds: { } present, ObservedPerSecond: { } observed })
        {
            Line(text, $"Loads are scaled to the {observed:0.##} queries/s that were observed with the present TTL of {ResultText.Span(present)}; failed requests with them.");
        }
        double? detection = advice.Options[0].AnsweredAfter;
        Line(text, $"Of each time, {(detection is { } seconds ? ResultText.Span(seconds) : "all")} is the health checks' part, whatever the TTL.");
        Line(text, $"The knee is at {ResultText.Span(advice.KneeSeconds)}: above it the tail grows faster than the load falls.");
        AppendTarget(text, advice);
        return text.ToString();
    }

    private static void AppendTarget(StringBuilder text, TtlAdvice advice)
    {
        if (advice.TargetSeconds is not { } target)
        {
            double? shortest = advice.Options[0].SecondsTo(0.99);
            Line(text, $"No TTL is fast for everybody: with {ResultText.Span(advice.Options[0].TtlSeconds)} the last 1 % still take {(shortest is { } tail ? ResultText.Span(tail) : "longer than was looked at")}. What a time to recover needs: --rto.");
            return;
        }
        if (advice.LongestInTime is { } ttl)
        {
            Line(text, $"To have 95 % moved within {ResultText.Span(target)}: a TTL of at most {ResultText.Span(ttl)}.");
            double? tail = advice.Options.First(option => option.TtlSeconds == ttl).SecondsTo(0.99);
            if (tail is null || tail > target)
            {
                Line(text, $"The last 1 % take {(tail is { } late ? ResultText.Span(late) : "longer than was looked at")}, at any TTL: their resolvers or clients do not go by it.");
            }
            return;
        }
        Line(text, $"DNS alone cannot have 95 % moved within {ResultText.Span(target)} for this population, at any TTL: what holds on is behind the resolvers.");
        text.Append("What can: several live addresses in each answer (multivalue) for clients that try the next one, anycast, or load balancers in front of the regions.\n");
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');
}
