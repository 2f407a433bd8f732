using Meridian.Engine.Observing;

namespace Meridian.Control.Observing;

/// <summary>The latest questions of each asker, for a bounded number of askers: who has not asked for longest goes first.</summary>
internal sealed class SeriesLedger
{
    /// <summary>1,000 to 200,000 askers, by resolver, client network, name and type; about a kibibyte each.</summary>
    public const int Limit = 16_384;

    private readonly Dictionary<Asker, AskerSeries> _series = [];

    public IReadOnlyDictionary<Asker, AskerSeries> All => _series;

    public void Add(ReadOnlySpan<QuerySample> samples, List<Asker> askers)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            ref readonly QuerySample sample = ref samples[i];
            // Where nothing was told there is nothing that could be kept too long.
            if (askers[i].Name == NameTable.Other || sample.Answer == 0)
            {
                continue;
            }
            if (!_series.TryGetValue(askers[i], out AskerSeries? series))
            {
                if (_series.Count >= Limit)
                {
                    Shrink();
                }
                _series.Add(askers[i], series = new AskerSeries());
            }
            series.Add(sample.UnixSeconds, sample.Answer, sample.Ttl, sample.Weight > 1);
        }
    }

    public void Clear() => _series.Clear();

    private void Shrink()
    {
        foreach (Asker asker in _series.OrderBy(pair => pair.Value.Last).Take(Limit / 4).Select(pair => pair.Key).ToList())
        {
            _series.Remove(asker);
        }
    }
}
