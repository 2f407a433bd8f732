using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;

namespace Meridian.Control.Route53.Operations;

/// <summary>What health checks saw: real observations of the health engine, one for each vantage point.</summary>
internal sealed class HealthStatusOperations(Route53Services services)
{
    // Where there are no vantage points, this server asks; its answer needs a region that clients know.
    private const string OwnRegion = "us-east-1";

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Read("healthcheck/{HealthCheckId}/status", "GetHealthCheckStatus", StatusAsync),
        Route53Route.Read("healthcheck/{HealthCheckId}/lastfailurereason", "GetHealthCheckLastFailureReason", LastFailureAsync),
    ];

    private async Task<Route53Reply> StatusAsync(Route53Request request)
    {
        HealthCheck check = await CheckAsync(request);
        ImmutableArray<Observation> seen = [.. Observe(check, static _ => true)];
        return Route53Reply.Ok("GetHealthCheckStatusResponse", xml => Write(xml, seen));
    }

    private async Task<Route53Reply> LastFailureAsync(Route53Request request)
    {
        HealthCheck check = await CheckAsync(request);
        ImmutableArray<Observation> seen = [.. Observe(check, static attempt => attempt.Result.Outcome != ProbeOutcome.Success)];
        return Route53Reply.Ok("GetHealthCheckLastFailureReasonResponse", xml => Write(xml, seen));
    }

    private static void Write(XmlReply xml, ImmutableArray<Observation> seen) =>
        xml.List("HealthCheckObservations", "HealthCheckObservation", seen, one =>
        {
            xml.Text("Region", one.Region);
            xml.Text("IPAddress", one.Address);
            xml.Element("StatusReport", () =>
            {
                xml.Text("Status", one.Words);
                xml.Instant("CheckedTime", one.At);
            });
        });

    private async Task<HealthCheck> CheckAsync(Route53Request request)
    {
        string id = request.Path("HealthCheckId");
        XmlBody.CheckLength(id, "healthCheckId", 1, HealthCheck.IdLengthMax);
        HealthCheck check = HealthCheck.Find(await services.Directory.CurrentAsync(request.Aborted), id) ?? throw Route53Error.NoSuchHealthCheck(id).ToException();
        return check.Config.IsCalculated
            ? throw Route53Error.InvalidInput($"The health check {id} is CALCULATED: it is asked of nobody, and its children have a status.").ToException()
            : check;
    }

    /// <summary>The newest attempt of each vantage point that a condition holds for.</summary>
    private IEnumerable<Observation> Observe(HealthCheck check, Func<ProbeAttempt, bool> condition)
    {
        if (services.Health(check.Id) is not { } report)
        {
            return [];
        }
        string? own = report.Votes.IsEmpty || report.Votes.Any(vote => vote.IsLocal)
            ? services.Model()?.Monitors.GetValueOrDefault(check.Id)?.SourceAddress?.ToString() ?? OwnAddress.Towards(check.Config.IPAddress)
            : null;
        IEnumerable<(string Region, string? Address, ImmutableArray<ProbeAttempt> Attempts)> sources = report.Votes.IsEmpty
            ? [(OwnRegion, own, report.Attempts)]
            : report.Votes.Select(vote => (vote.Vantage, vote.IsLocal ? own : vote.Address, vote.Attempts));
        return sources
            .Select(source => (source.Region, source.Address, Attempt: source.Attempts.Where(condition).Cast<ProbeAttempt?>().FirstOrDefault()))
            .Where(source => source.Attempt is not null)
            .Select(source => Describe(source.Region, source.Address, source.Attempt!.Value)); // Filtered right before.
    }

    private static Observation Describe(string region, string? address, ProbeAttempt attempt)
    {
        string word = attempt.Result.Outcome == ProbeOutcome.Success ? "Success" : "Failure";
        return new Observation(region, address, string.Create(CultureInfo.InvariantCulture, $"{word}: {attempt.Result.Reason}"), attempt.At);
    }

    /// <summary>One vantage point's newest result.</summary>
    /// <param name="Region">Its name.</param>
    /// <param name="Address">Its address; null where that is not known, and then it is left out.</param>
    /// <param name="Words">How it ended.</param>
    /// <param name="At">When.</param>
    private readonly record struct Observation(string Region, string? Address, string Words, DateTimeOffset At);
}
