using System.Diagnostics.Metrics;

namespace Meridian.Control.Route53;

/// <summary>What is counted of the Route 53 API.</summary>
internal sealed class Route53Metrics : IDisposable
{
    private readonly Meter _meter = new("Meridian.Control.Route53");
    private readonly Counter<long> _requests;

    public Route53Metrics()
    {
        _requests = _meter.CreateCounter<long>("meridian.route53.requests", "{request}", "Requests of the Route 53 API, by operation and outcome.");
    }

    /// <summary>Counts a request.</summary>
    /// <param name="operation">Its name, or <c>unknown</c>.</param>
    /// <param name="outcome"><c>ok</c>, or the error's code.</param>
    public void Count(string operation, string outcome) => _requests.Add(
        1, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
