using System.Diagnostics.Metrics;

namespace Meridian.Control.DynamicUpdate;

/// <summary>What is counted of signed messages.</summary>
internal sealed class DynamicUpdateMetrics : IDisposable
{
    private readonly Meter _meter = new("Meridian.Update");
    private readonly Counter<long> _requests;
    private readonly Counter<long> _retries;

    /// <param name="waiting">Gives the number of updates that wait for their turn.</param>
    public DynamicUpdateMetrics(Func<long> waiting)
    {
        _requests = _meter.CreateCounter<long>("meridian.update.requests", "{request}", "Signed messages, by kind and outcome.");
        _retries = _meter.CreateCounter<long>("meridian.update.retries", "{retry}", "Updates tried again because somebody else had changed the same records.");
        _meter.CreateObservableGauge("meridian.update.waiting", waiting, "{request}", "Updates that wait for their turn.");
    }

    /// <param name="isUpdate">An update, or a query.</param>
    /// <param name="outcome">A response code, or why the message did not get that far.</param>
    public void Count(bool isUpdate, string outcome) => _requests.Add(
        1,
        new KeyValuePair<string, object?>("kind", isUpdate ? "update" : "query"),
        new KeyValuePair<string, object?>("outcome", outcome));

    public void CountTransfer(string outcome) => _requests.Add(
        1, new KeyValuePair<string, object?>("kind", "transfer"), new KeyValuePair<string, object?>("outcome", outcome));

    public void CountRetry() => _retries.Add(1);

    public void Dispose() => _meter.Dispose();
}
