using System.Collections.Immutable;
using Meridian.Engine.Answering;

namespace Meridian.Control.Observing;

/// <summary>
/// The minute that is being written. Holds a bounded number of askers: when it is full, the smaller half goes into the rest of
/// their names, so that a large one that comes late still finds room (lossy counting, Manku and Motwani, 2002).
/// </summary>
/// <param name="start">When it began.</param>
/// <param name="rows">Askers that are kept in the end; four times as many are told apart meanwhile.</param>
internal sealed class MinuteAccount(DateTimeOffset start, int rows)
{
    private const int Slack = 4;

    private readonly Dictionary<Asker, double> _askers = [];
    private readonly Dictionary<int, double> _rest = [];
    private readonly DistinctCounter _resolvers = new();
    private readonly DistinctCounter _subnets = new();
    private double _queries;

    public DateTimeOffset Start => start;

    public void Add(in Asker asker, double weight)
    {
        _queries += weight;
        _resolvers.Add(HashOf(asker.Resolver));
        if (asker.SubnetLength > 0)
        {
            _subnets.Add(HashOf(asker.Subnet));
        }
        _askers[asker] = _askers.GetValueOrDefault(asker) + weight;
        if (_askers.Count > rows * Slack)
        {
            Shrink(rows * Slack / 2);
        }
    }

    /// <summary>The minute as it is in the end.</summary>
    public ObservedMinute Close()
    {
        Shrink(rows);
        return Peek();
    }

    /// <summary>The minute as far as it has come. Its distinct counters go on counting.</summary>
    public ObservedMinute Peek() => new(
        start, _queries, [.. _askers.Select(pair => new AskerCount(pair.Key, pair.Value)).OrderByDescending(row => row.Queries)],
        [.. _rest], _resolvers, _subnets);

    private static ulong HashOf(ClientAddress address)
    {
        // Two multiplications that spread every bit over all others.
        ulong high = Math.BigMul(address.High ^ 0x9E3779B97F4A7C15, address.Low ^ 0xD6E8FEB86659FD93, out ulong low);
        return Math.BigMul(high ^ low ^ 0xBB67AE8584CAA73B, 0x9E3779B97F4A7C15, out low) ^ low;
    }

    private void Shrink(int limit)
    {
        if (_askers.Count <= limit)
        {
            return;
        }
        foreach ((Asker asker, double queries) in _askers.OrderByDescending(pair => pair.Value).Skip(limit).ToList())
        {
            _askers.Remove(asker);
            _rest[asker.Name] = _rest.GetValueOrDefault(asker.Name) + queries;
        }
    }
}
