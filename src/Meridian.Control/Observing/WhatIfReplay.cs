using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Observing;

/// <summary>Replays the observed population against two data planes, through the seam.</summary>
/// <param name="before">What is.</param>
/// <param name="after">What is supposed.</param>
/// <param name="unixSeconds">The moment of both.</param>
/// <param name="rowsMax">The largest askers that are asked again; the rest is taken to be like them.</param>
internal sealed class WhatIfReplay(DataPlane before, DataPlane after, long unixSeconds, int rowsMax = WhatIfReplay.RowsMax)
{
    /// <summary>100 to 20,000 askers; two thousand take about a tenth of a second.</summary>
    public const int RowsMax = 2_000;

    // 16 to 4,096 draws in all of one asker: by its share, so that large ones are told precisely.
    private const int DrawsMin = 32;
    private const int DrawsMax = 1_024;
    private const double DrawsOfAll = 60_000;

    private const int MovesMax = 50;

    private readonly AnswerProbe _before = new(before, unixSeconds);
    private readonly AnswerProbe _after = new(after, unixSeconds);
    private readonly Dictionary<Destination, (double Before, double After)> _destinations = [];
    private readonly List<WhatIfMove> _moves = [];
    private double _moved;
    private double _lost;
    private double _loadBefore;
    private double _loadAfter;

    /// <summary>Replays.</summary>
    /// <param name="population">Who asked.</param>
    /// <param name="question">What is supposed, in words.</param>
    /// <param name="demand">What all sites together carry now, in the unit of their capacities; null when it is not known.</param>
    /// <param name="notes">What a reader should know.</param>
    public WhatIfResult Run(ObservedPopulation population, string question, double? demand, ImmutableArray<string> notes)
    {
        DataPlaneSnapshot was = _before.Snapshot!; // A data plane that was frozen has one.
        DataPlaneSnapshot becomes = _after.Snapshot!;
        TargetMap old = new(was);
        TargetMap now = new(becomes);
        // Where only health is another, nothing that is not steered can be answered otherwise.
        AlteredQueries? altered = ReferenceEquals(was.Model, becomes.Model) ? null : new AlteredQueries(was, becomes);
        ObservedRow[] concerned =
        [
            .. population.Rows.Where(row => row.Name is { } name
                && (old.IsSteered(name, row.Asker) || now.IsSteered(name, row.Asker) || altered?.IsAltered(row) == true)),
        ];
        double all = concerned.Sum(row => row.Queries) + population.Rest.Where(pair => !pair.Key.Policies.IsEmpty).Sum(pair => pair.Value);
        ObservedRow[] replayed = [.. concerned.Take(rowsMax)];
        double sum = replayed.Sum(row => row.Queries);
        foreach (ObservedRow row in replayed)
        {
            Replay(row, row.Queries / sum, old, now);
        }
        double perSecond = all / Math.Max(1, (population.To - population.From).TotalSeconds);
        ImmutableArray<WhatIfShare> sites =
        [
            .. _destinations.GroupBy(pair => pair.Key.Site, StringComparer.Ordinal)
                .Select(site => SiteOf(site.Key, site.Sum(pair => pair.Value.Before), site.Sum(pair => pair.Value.After), demand))
                .OrderByDescending(site => Math.Max(site.Before, site.After)),
        ];
        return new WhatIfResult
        {
            Question = question,
            From = population.From,
            To = population.To,
            Queries = all,
            Replayed = all > 0 ? sum / all : 0,
            Moved = _moved,
            Lost = _lost,
            Load = (perSecond, _loadBefore > 0 ? perSecond * _loadAfter / _loadBefore : perSecond),
            Sites = sites,
            Members =
            [
                .. _destinations
                    .Select(pair => new WhatIfShare($"{pair.Key.Pool}/{pair.Key.Target}", pair.Value.Before, pair.Value.After, null, null, null))
                    .OrderByDescending(member => Math.Max(member.Before, member.After)),
            ],
            Moves = [.. _moves.OrderByDescending(move => move.Share * move.Moved).Take(MovesMax)],
            Notes = notes,
        };
    }

    private void Replay(ObservedRow row, double share, TargetMap old, TargetMap now)
    {
        int draws = (int)Math.Clamp(DrawsOfAll * share, DrawsMin, DrawsMax);
        ProbedAnswer[] was = _before.Ask(row.Name!, row.Asker, draws); // Only rows with names are replayed.
        ProbedAnswer[] becomes = _after.Ask(row.Name!, row.Asker, draws);
        Dictionary<string, double> places = new(StringComparer.Ordinal);
        Dictionary<string, double> answers = new(StringComparer.Ordinal);
        for (int draw = 0; draw < draws; draw++)
        {
            _lost += was[draw].Targets.Length > 0 && becomes[draw].Targets.Length == 0 ? share / draws : 0;
            Count(was[draw], row, old, share / draws, isBefore: true, places);
            Count(becomes[draw], row, now, share / draws, isBefore: false, places);
            answers[was[draw].Key] = answers.GetValueOrDefault(was[draw].Key) - 1;
            answers[becomes[draw].Key] = answers.GetValueOrDefault(becomes[draw].Key) + 1;
        }
        // What one answer has less than before, others have more. Whoever is drawn anew with the same outcome has not moved.
        double part = answers.Values.Where(change => change > 0).Sum() / draws;
        _moved += share * part;
        // A busy cache asks once per TTL: with another TTL it asks so much less or more.
        double ttlBefore = Math.Max(1, was.Average(answer => answer.Ttl));
        double ttlAfter = Math.Max(1, becomes.Average(answer => answer.Ttl));
        _loadBefore += share;
        _loadAfter += becomes.All(answer => answer.Targets.IsEmpty) ? share : share * ttlBefore / ttlAfter;
        if (part > 0)
        {
            _moves.Add(new WhatIfMove(
                Asker.Text(row.Asker.Resolver, row.Asker.ResolverLength),
                row.Asker.SubnetLength > 0 ? Asker.Text(row.Asker.Subnet, row.Asker.SubnetLength) : null,
                string.Create(CultureInfo.InvariantCulture, $"{row.Name!.Owner} {row.Asker.Type}"),
                share, part, places.MinBy(place => place.Value).Key, places.MaxBy(place => place.Value).Key));
        }
    }

    /// <summary>Adds an answer to the account of destinations, and to what places have more or less than before.</summary>
    private void Count(ProbedAnswer answer, ObservedRow row, TargetMap map, double share, bool isBefore, Dictionary<string, double> places)
    {
        double sign = isBefore ? -1 : 1;
        if (answer.Targets.IsEmpty)
        {
            places["nothing"] = places.GetValueOrDefault("nothing") + (sign * share);
        }
        foreach (string target in answer.Targets)
        {
            // Clients take any of several addresses.
            double part = share / answer.Targets.Length;
            Destination found = map.Find(row.Name!, row.Asker, target); // Only rows with names are replayed.
            (double was, double becomes) = _destinations.GetValueOrDefault(found);
            _destinations[found] = isBefore ? (was + part, becomes) : (was, becomes + part);
            string place = found.Site == TargetMap.NoSite ? found.Target : found.Site;
            places[place] = places.GetValueOrDefault(place) + (sign * part);
        }
    }

    private WhatIfShare SiteOf(string name, double was, double becomes, double? demand)
    {
        SiteModel? site = _after.Snapshot!.Model.Sites.GetValueOrDefault(name);
        double? capacity = site?.Capacity is > 0 and { } given ? given : null;
        return new WhatIfShare(name, was, becomes, capacity, was * demand / capacity, becomes * demand / capacity);
    }
}
