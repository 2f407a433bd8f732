using System.Collections.Immutable;
using Meridian.Engine.Observing;

namespace Meridian.Control.Observing;

/// <summary>The times of all that is asked for names of the configuration, from which the demand behind caches is read.</summary>
internal sealed class DemandAccount
{
    private readonly Lock _lock = new();
    private readonly DemandLedger<Asker> _ledger = new();

    /// <summary>Tells whether somebody is assigned by it, which takes more askers.</summary>
    public void Configure(bool isAssigning)
    {
        lock (_lock)
        {
            _ledger.Limit = isAssigning ? DemandLedger<Asker>.ManyAskers : DemandLedger<Asker>.FewAskers;
        }
    }

    public void Add(ReadOnlySpan<QuerySample> samples, List<Asker> askers)
    {
        lock (_lock)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                // Where nothing was told there is nothing that a cache could have answered meanwhile.
                if (askers[i].Name != NameTable.Other && samples[i].Answer != 0)
                {
                    _ledger.Add(askers[i], samples[i].UnixMilliseconds, samples[i].Ttl, samples[i].Weight);
                }
            }
        }
    }

    public void Forget()
    {
        lock (_lock)
        {
            _ledger.Clear();
        }
    }

    /// <summary>The demand behind each asker that asked twice at least, largest first.</summary>
    /// <param name="now">The present.</param>
    /// <param name="nameOf">The name of a number.</param>
    public ImmutableArray<AskerDemand> Estimate(DateTimeOffset now, Func<int, ObservedName?> nameOf)
    {
        List<KeyValuePair<Asker, Demand>> estimates;
        lock (_lock)
        {
            estimates = _ledger.Estimate(now.ToUnixTimeMilliseconds());
        }
        return
        [
            .. estimates.OrderByDescending(estimate => estimate.Value.Lookups)
                .Select(estimate => new AskerDemand(estimate.Key, nameOf(estimate.Key.Name), estimate.Value)),
        ];
    }
}

/// <summary>The demand behind one asker.</summary>
/// <param name="Asker">Who.</param>
/// <param name="Name">What for; null for a name that the configuration does not have any more.</param>
/// <param name="Demand">How much is looked up.</param>
public sealed record AskerDemand(Asker Asker, ObservedName? Name, Demand Demand);
