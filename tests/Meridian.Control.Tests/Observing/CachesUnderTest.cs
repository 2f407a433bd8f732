namespace Meridian.Control.Tests.Observing;

/// <summary>Caches with clients behind them, in front of a server under a clock that the test moves.</summary>
internal sealed class CachesUnderTest
{
    public const uint FirstHonest = 0x0A01_0001;
    public const uint FirstLate = 0x0A02_0001;
    public const uint Shared = 0x0A03_0001;
    public const int LateCount = 12;

    private const int HonestCount = 40;
    private const int SharedCount = 12;
    private const int HonestLife = 30;
    private const int LateLife = 90;

    private static readonly string[] Names = ["a.example.com.", "b.example.com."];

    private readonly ObservedServer _server;
    private readonly Random _random;
    private readonly List<Entry> _entries = [];

    private CachesUnderTest(ObservedServer server, int seed) => (_server, _random) = (server, new Random(seed));

    /// <summary>Honest caches, such with a floor under TTLs, and a dozen behind one address; clients of different diligence.</summary>
    public static CachesUnderTest Mixed(ObservedServer server, int seed)
    {
        CachesUnderTest caches = new(server, seed);
        for (uint i = 0; i < HonestCount; i++)
        {
            caches.Add(FirstHonest + i, HonestLife);
        }
        for (uint i = 0; i < LateCount; i++)
        {
            caches.Add(FirstLate + i, LateLife);
        }
        for (int i = 0; i < SharedCount; i++)
        {
            caches.Add(Shared, HonestLife);
        }
        return caches;
    }

    /// <summary>Lets time pass: caches whose answers are over ask when a client wants to know.</summary>
    public void Run(int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            long now = Now;
            foreach (Entry entry in _entries)
            {
                if (entry.Expiry <= now && _random.NextDouble() < 1 - Math.Exp(-entry.Rate))
                {
                    entry.Answer = _server.Ask(entry.Name, entry.Resolver, id: (ushort)_random.Next(65536));
                    entry.Expiry = now + entry.Life;
                }
            }
            _server.Observer.Fetch();
        }
    }

    /// <summary>The part of the clients' lookups that get an address: by who holds it, weighted by how often it is looked up.</summary>
    public double Holding(string address) =>
        _entries.Where(entry => entry.Answer == address && entry.Expiry > Now).Sum(entry => entry.Rate) / _entries.Sum(entry => entry.Rate);

    private long Now => _server.Time.GetUtcNow().ToUnixTimeSeconds();

    private void Add(uint resolver, int life)
    {
        double rate = 0.1 + (0.4 * _random.NextDouble());
        foreach (string name in Names)
        {
            // Anywhere in a life: caches that begin together would end together for many lives.
            _entries.Add(new Entry(resolver, name, life, rate) { Expiry = Now + (long)(_random.NextDouble() * life) });
        }
    }

    private sealed record Entry(uint Resolver, string Name, int Life, double Rate)
    {
        public string? Answer { get; set; }

        public long Expiry { get; set; }
    }
}
