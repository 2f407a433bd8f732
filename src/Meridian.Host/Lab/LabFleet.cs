using System.Collections.Immutable;
using System.Globalization;
using Meridian.Simulation.Population;

namespace Meridian.Host.Lab;

/// <summary>All resolvers of an experiment.</summary>
internal sealed class LabFleet(LabOptions options, LabPlan plan, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Clients of a farm, for each of its caches: the kernel keeps each client at one cache, so some caches get more of them
    /// than others, as in life.
    /// </summary>
    private const int ClientsPerFarmCache = 2;

    private readonly List<(ILabResolver Resolver, int Mix, int Part)> _members = [];

    /// <summary>The resolvers by number, with their place in the mixes.</summary>
    public IReadOnlyList<(ILabResolver Resolver, int Mix, int Part)> Members => _members;

    /// <summary>Clients that look one name up, for each cache of a kind.</summary>
    public static int ClientsPerCache(ResolverKind kind) => kind.CachesPerAddress == 1 ? 1 : ClientsPerFarmCache;

    /// <summary>Starts all of them and waits until each answers.</summary>
    /// <returns>Null, or what did not.</returns>
    public async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        int[] ports = LabPlan.FreePorts(options.Mixes.Sum(mix => mix.Parts.Sum(part => part.Count)));
        for (int mix = 0; mix < options.Mixes.Length; mix++)
        {
            ImmutableArray<LabPart> parts = options.Mixes[mix].Parts;
            for (int part = 0; part < parts.Length; part++)
            {
                for (int i = 0; i < parts[part].Count; i++)
                {
                    int number = _members.Count;
                    string directory = Path.Combine(plan.Directory, string.Create(CultureInfo.InvariantCulture, $"r{number}"));
                    ResolverSite site = new(directory, ports[number], LabPlan.SourceOf(number), plan.DnsPort, options.SettingsTtl);
                    ResolverKind kind = parts[part].Kind;
                    ILabResolver resolver = kind.FindCommand() is { } command
                        ? ResolverProcess.Start(kind, command, site)
                        : ModelResolver.Start(kind, site, time);
                    _members.Add((resolver, mix, part));
                }
            }
        }
        foreach ((ILabResolver resolver, _, _) in _members)
        {
            if (!await AnswersAsync(resolver, cancellationToken))
            {
                return $"{resolver.Kind.Name} on {resolver.Address} does not answer:\n{string.Join('\n', resolver.LastLines)}";
            }
        }
        return null;
    }

    /// <summary>Clients of all resolvers: each looks one name up at one address, over and over.</summary>
    public IEnumerable<LabClient> Clients()
    {
        for (int instance = 0; instance < _members.Count; instance++)
        {
            (ILabResolver resolver, int mix, int part) = _members[instance];
            int clients = resolver.Kind.CachesPerAddress * ClientsPerCache(resolver.Kind);
            double rate = options.LookupsPerSecond * resolver.Kind.CachesPerAddress / clients;
            ResolverClass behaviour = resolver.Kind.Behaviour(options.SettingsTtl);
            for (int ttl = 0; ttl < options.Ttls.Length; ttl++)
            {
                // Caches that were all filled at once would all expire at once, for many lives. One goes from question to question,
                // so the wait for a lookup is part of it: left out, so many ages were missing for as many lives.
                double round = behaviour.LifetimeOf(options.Ttls[ttl]) + (1 / options.LookupsPerSecond);
                StartSpread start = new(options.Scenario == LabScenario.Herd ? 0 : round, clients, resolver.Kind.CachesPerAddress);
                for (int name = 0; name < options.NamesPerTtl; name++)
                {
                    for (int client = 0; client < clients; client++)
                    {
                        yield return new LabClient(
                            new LabStream(instance, mix, part, ttl, name), resolver.Address,
                            LabPlan.NameOf(options.Ttls[ttl], name), rate,
                            start,
                            client);
                    }
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((ILabResolver resolver, _, _) in _members)
        {
            await resolver.DisposeAsync();
        }
    }

    private async Task<bool> AnswersAsync(ILabResolver resolver, CancellationToken cancellationToken)
    {
        using StubClient client = new(resolver.Address, $"ns1.{LabPlan.Zone}.", time);
        long began = time.GetTimestamp();
        while (await client.LookUpAsync(cancellationToken) is not { Count: > 0 })
        {
            if (time.GetElapsedTime(began) > ReadyTimeout || !resolver.IsRunning)
            {
                return false;
            }
            await Task.Delay(ReadyPause, time, cancellationToken);
        }
        return true;
    }
}
