using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Simulation.Running;

namespace Meridian.Simulation.Population;

/// <summary>Draws the caches of a population: how many clients, where, what they do with a TTL, and what they send along.</summary>
internal sealed class PopulationBuilder(PopulationModel model, PlaceDatabase places, ulong seed)
{
    private const int SubnetLength = 24;

    private readonly AddressSpace _addresses = AddressSpace.Of(places, model.Countries);

    /// <summary>The caches, largest resolvers first.</summary>
    /// <param name="scopeOf">Asks the authority for the scope of a client network's answer, 0 to 24.</param>
    public CacheEntry[] Build(Func<CacheEntry, int> scopeOf)
    {
        double[] shares = Shares();
        double[] classEnds = ClassEnds();
        List<CacheEntry> entries = new(model.Resolvers);
        double subnetClients = 0;
        Randomness random = Randomness.For(seed, 0);
        for (int i = 0; i < shares.Length; i++)
        {
            double clients = shares[i] * model.Clients;
            (ClientAddress address, int country) = _addresses.Draw(ref random);
            // The largest go first: they are the ones that send subnets, until their clients make up the share.
            bool sendsSubnet = subnetClients + clients / 2 < model.SubnetShare * model.Clients;
            subnetClients += sendsSubnet ? clients : 0;
            int caches = (int)Math.Clamp(Math.Ceiling(clients / model.ClientsPerCache), 1, 100_000);
            short behaviour = (short)ClassAt(classEnds, random.NextDouble());
            for (int cache = 0; cache < caches; cache++)
            {
                CacheEntry entry = new()
                {
                    Rate = clients / caches * model.LookupsPerClientAndDay / PopulationModel.SecondsPerDay,
                    Resolver = address,
                    Class = behaviour,
                    ClockOffset = (float)_addresses.ClockOffsetOf(country),
                    Answer = -1,
                };
                if (sendsSubnet)
                {
                    AddNetworks(entries, entry, clients / caches, scopeOf, ref random);
                }
                else
                {
                    entries.Add(entry);
                }
            }
        }
        CacheEntry[] all = [.. entries];
        for (int i = 0; i < all.Length; i++)
        {
            all[i].Number = i;
            all[i].Random = Randomness.For(seed, (ulong)i + 1);
        }
        return all;
    }

    /// <summary>A cache that sends subnets keeps one answer for each scope that it got; networks inside one scope share it.</summary>
    private void AddNetworks(
        List<CacheEntry> entries, CacheEntry entry, double clients, Func<CacheEntry, int> scopeOf, ref Randomness random)
    {
        int networks = (int)Math.Clamp(clients, 1, model.NetworksPerCache);
        double rate = entry.Rate / networks;
        Dictionary<(int Scope, uint Network), CacheEntry> byScope = [];
        for (int i = 0; i < networks; i++)
        {
            (ClientAddress client, int country) = _addresses.Draw(ref random);
            CacheEntry part = entry with
            {
                Subnet = client.IPv4,
                SubnetLength = SubnetLength,
                Rate = rate,
                ClockOffset = (float)_addresses.ClockOffsetOf(country),
            };
            int scope = Math.Min(scopeOf(part), SubnetLength);
            (int, uint) key = (scope, client.Mask(scope).IPv4);
            byScope[key] = byScope.TryGetValue(key, out CacheEntry same) ? same with { Rate = same.Rate + rate } : part;
        }
        entries.AddRange(byScope.Values);
    }

    private double[] Shares()
    {
        double[] shares = new double[model.Resolvers];
        double sum = 0;
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = Math.Pow(i + 1, -model.Skew);
            sum += shares[i];
        }
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] /= sum;
        }
        return shares;
    }

    private double[] ClassEnds()
    {
        double[] ends = new double[model.ResolverClasses.Length];
        double sum = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            sum += model.ResolverClasses[i].Share;
            ends[i] = sum;
        }
        return ends;
    }

    private static int ClassAt(double[] ends, double point)
    {
        int index = Array.FindIndex(ends, end => point * ends[^1] < end);
        return index < 0 ? ends.Length - 1 : index;
    }
}
