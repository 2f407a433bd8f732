using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Observing;

namespace Meridian.Control.Observing;

/// <summary>
/// The account of who asks, minute by minute, in bounded memory: the largest askers of each minute by name and number, everybody
/// else by name. One writer; readers are given immutable pictures.
/// </summary>
internal sealed class PopulationAccount
{
    private readonly Lock _lock = new();
    private readonly Queue<ObservedMinute> _minutes = new();
    private readonly NameTable _names = new();
    private readonly BucketAccount _buckets = new();
    private ObservingModel _model = new();
    private MinuteAccount? _current;

    /// <summary>Uses other limits from now on.</summary>
    /// <returns>True when it forgot what there was: who asks for privacy does not mean from tomorrow on.</returns>
    public bool Configure(ObservingModel model)
    {
        lock (_lock)
        {
            bool forgets = model.Who > _model.Who;
            if (forgets)
            {
                _minutes.Clear();
                _buckets.Clear();
                _current = null;
            }
            _model = model;
            return forgets;
        }
    }

    /// <summary>Takes samples of one moment.</summary>
    /// <returns>The number of the name of each sample, for who goes on with them.</returns>
    public void Add(ReadOnlySpan<QuerySample> samples, NameDirectory names, DateTimeOffset now, List<Asker> askers)
    {
        lock (_lock)
        {
            MinuteAccount minute = Turn(now);
            foreach (ref readonly QuerySample sample in samples)
            {
                Asker asker = AskerOf(in sample, _names.NumberOf(names.Find(sample.NameHash, sample.Resolver)));
                minute.Add(in asker, sample.Weight);
                _buckets.Add(in asker, sample.Weight, now);
                askers.Add(asker);
            }
        }
    }

    /// <summary>What was seen between now and some time ago.</summary>
    public ObservedPopulation Read(DateTimeOffset now, TimeSpan window, long lost)
    {
        lock (_lock)
        {
            _ = Turn(now);
            List<ObservedMinute> minutes = [.. _minutes.Where(minute => minute.Start >= now - window)];
            // Reading must not end the minute: it is copied.
            if (_current is { } current)
            {
                minutes.Add(current.Peek());
            }
            return Sum(minutes, now, lost);
        }
    }

    /// <summary>What each bucket of client networks asked in the last hour: every query, also of askers that are not told apart.</summary>
    public double[] ReadBuckets(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _buckets.Read(now);
        }
    }

    /// <summary>The name of a number.</summary>
    public ObservedName? NameOf(int number)
    {
        lock (_lock)
        {
            return _names.NameOf(number);
        }
    }

    private Asker AskerOf(in QuerySample sample, int name)
    {
        (ClientAddress resolver, byte length) = _model.Who == ObservedDetail.Resolvers
            ? (sample.Resolver, sample.Resolver.IsIPv4 ? (byte)32 : (byte)128)
            : Asker.Truncate(sample.Resolver, sample.Resolver.IsIPv4 ? 32 : 128);
        (ClientAddress subnet, byte subnetLength) = sample.SubnetLength == 0 ? (default, (byte)0) : Asker.Truncate(sample.Subnet, sample.SubnetLength);
        return new Asker(resolver, length, subnet, subnetLength, name, sample.Type);
    }

    private MinuteAccount Turn(DateTimeOffset now)
    {
        DateTimeOffset start = new(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        if (_current is { } current && current.Start != start)
        {
            _minutes.Enqueue(current.Close());
            _current = null;
        }
        while (_minutes.TryPeek(out ObservedMinute? oldest) && oldest.Start < now - _model.Keep)
        {
            _minutes.Dequeue();
        }
        return _current ??= new MinuteAccount(start, _model.Rows);
    }

    private ObservedPopulation Sum(List<ObservedMinute> minutes, DateTimeOffset now, long lost)
    {
        Dictionary<Asker, double> rows = [];
        Dictionary<int, double> rest = [];
        DistinctCounter resolvers = new();
        DistinctCounter subnets = new();
        foreach (ObservedMinute minute in minutes)
        {
            foreach (AskerCount row in minute.Rows)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(rows, row.Asker, out _) += row.Queries;
            }
            foreach ((int name, double queries) in minute.Rest)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(rest, name, out _) += queries;
            }
            resolvers.Add(minute.Resolvers);
            subnets.Add(minute.Subnets);
        }
        return new ObservedPopulation
        {
            From = minutes.Count == 0 ? now : minutes[0].Start,
            To = now,
            Queries = minutes.Sum(minute => minute.Queries),
            Rows = [.. rows.OrderByDescending(row => row.Value).Select(row => new ObservedRow(row.Key, _names.NameOf(row.Key.Name), row.Value))],
            Rest = [.. rest.Where(pair => pair.Key != NameTable.Other).Select(pair => KeyValuePair.Create(_names.NameOf(pair.Key)!, pair.Value))], // Only number 0 has no name.
            OtherNames = rest.GetValueOrDefault(NameTable.Other) + rows.Where(row => row.Key.Name == NameTable.Other).Sum(row => row.Value),
            Resolvers = resolvers.Estimate(),
            Subnets = subnets.Estimate(),
            Lost = lost,
        };
    }
}
