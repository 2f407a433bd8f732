using Meridian.Engine.Model;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes.Push;

/// <summary>A member is up while its last report says so and has not run out. Looks at what was reported; nothing is asked.</summary>
public sealed class PushProbe(TimeProvider time, PushRegistry registry) : IProbe
{
    public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline) =>
        ValueTask.FromResult(Look(target, monitor));

    internal ProbeResult Look(ProbeTarget target, MonitorModel monitor)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbePhase.FirstByte);
        TimeSpan timeToLive = monitor.Push?.TimeToLive ?? TimeSpan.Zero;
        return registry.Find(monitor.Name, target) switch
        {
            // A restart must not take members down that had no time to report to the new process.
            null when registry.Listening < timeToLive => trace.End(ProbeOutcome.NotMade, "not judged: this server has not listened for a report's life yet"),
            null => trace.End(ProbeOutcome.NotReported, $"no report since the start, {DurationText.Format(registry.Listening)} ago"),
            var (_, age) when age > timeToLive => trace.End(
                ProbeOutcome.NotReported, $"no report for {DurationText.Format(age)}; one holds for {DurationText.Format(timeToLive)}"),
            var (report, age) when !report.IsUp => trace.End(
                ProbeOutcome.NotReported, $"reported itself down {DurationText.Format(age)} ago{Words(report)}"),
            var (report, age) => trace.End(ProbeOutcome.Success, $"reported {DurationText.Format(age)} ago{Words(report)}"),
        };
    }

    private static string Words(PushReport report) => report.Message.Length == 0 ? "" : $": {QuotedText.Of(report.Message)}";
}
