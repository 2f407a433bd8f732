using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Model;

namespace Meridian.Control.Observing;

/// <summary>What is to be supposed.</summary>
public sealed record WhatIfRequest
{
    // 1 to 100 of each.
    private const int PartsMax = 50;

    /// <summary>Sites whose checked members all go down.</summary>
    public ImmutableArray<string> Down { get; init; } = [];

    /// <summary>Members (<c>pool/target</c>, or a pool or site for all of its members) that are drained.</summary>
    public ImmutableArray<string> Drain { get; init; } = [];

    /// <summary>Weights: policy, child and the weight it would have.</summary>
    public ImmutableArray<(string Policy, string Child, int Weight)> Weights { get; init; } = [];

    /// <summary>TTLs: policy and the seconds it would have.</summary>
    public ImmutableArray<(string Policy, uint Seconds)> Ttls { get; init; } = [];

    /// <summary>Another configuration; null supposes the one that is served.</summary>
    public MeridianModel? Proposed { get; init; }

    /// <summary>What all sites together carry now, in the unit of their capacities; null when it is not known.</summary>
    public double? Demand { get; init; }

    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <summary>In words.</summary>
    public string Question => string.Join(", ",
    [
        .. Proposed is null ? Array.Empty<string>() : ["the proposed configuration"],
        .. Down.Select(site => $"site {site} down"),
        .. Drain.Select(member => $"{member} drained"),
        .. Weights.Select(weight => string.Create(CultureInfo.InvariantCulture, $"weight of {weight.Child} in {weight.Policy} {weight.Weight}")),
        .. Ttls.Select(ttl => string.Create(CultureInfo.InvariantCulture, $"TTL of {ttl.Policy} {ttl.Seconds} s")),
    ]);

    /// <summary>Reads it from texts; null, with the problem in words, when they are not understood.</summary>
    /// <param name="down">Sites.</param>
    /// <param name="drain">Members, pools or sites.</param>
    /// <param name="weights"><c>policy/child=weight</c>.</param>
    /// <param name="ttls"><c>policy=seconds</c>.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="proposed">Another configuration; null supposes the one that is served.</param>
    public static WhatIfRequest? TryRead(
        ImmutableArray<string> down, ImmutableArray<string> drain, ImmutableArray<string> weights, ImmutableArray<string> ttls, out string problem,
        MeridianModel? proposed = null)
    {
        problem = "";
        int parts = down.Length + drain.Length + weights.Length + ttls.Length;
        if (parts > PartsMax || (parts == 0 && proposed is null))
        {
            problem = $"say what is supposed, in 1 to {PartsMax} parts: down=SITE, drain=POOL/TARGET, weight=POLICY/CHILD=WEIGHT or ttl=POLICY=SECONDS; or send a configuration";
            return null;
        }
        List<(string, string, int)> readWeights = [];
        foreach (string text in weights)
        {
            string[] sides = text.Split('=');
            string[] names = sides[0].Split('/');
            if (sides.Length != 2 || names.Length != 2 || !int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int weight) || weight > 1_000_000)
            {
                problem = $"'{text}' is no weight: write it as POLICY/CHILD=WEIGHT";
                return null;
            }
            readWeights.Add((names[0], names[1], weight));
        }
        List<(string, uint)> readTtls = [];
        foreach (string text in ttls)
        {
            string[] sides = text.Split('=');
            if (sides.Length != 2 || !uint.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds) || seconds > 604_800)
            {
                problem = $"'{text}' is no TTL: write it as POLICY=SECONDS";
                return null;
            }
            readTtls.Add((sides[0], seconds));
        }
        return new WhatIfRequest { Proposed = proposed, Down = down, Drain = drain, Weights = [.. readWeights], Ttls = [.. readTtls] };
    }
}
