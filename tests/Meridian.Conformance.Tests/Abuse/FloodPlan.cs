namespace Meridian.Conformance.Tests.Abuse;

/// <summary>A flood, and who wants to be served during it.</summary>
internal sealed record FloodPlan
{
    /// <summary>Networks (/24) that the flood pretends to come from.</summary>
    public int Networks { get; init; } = 10_000;

    /// <summary>Positive answers per second and network that the server allows.</summary>
    public int BudgetPerSecond { get; init; } = 1;

    /// <summary>How many times its budget each network gets asked for.</summary>
    public int Multiple { get; init; } = 10;

    /// <summary>Honest queries a second from networks of their own, and as many with cookies from networks of the flood.</summary>
    public int HonestPerSecond { get; init; } = 500;

    /// <summary>Resolvers in the middle of the flood that know no cookies: they have to come by TCP.</summary>
    public int PlainResolvers { get; init; } = 100;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Queries of the flood a second.</summary>
    public int FloodPerSecond => Networks * BudgetPerSecond * Multiple;

    /// <summary>An address of the flood, in a network of its own: 127.1.0.0/24 and up.</summary>
    public uint FloodSource(long index) => Address(256 + (int)(index % Networks), 1 + (int)(index / Networks % 200));

    /// <summary>An honest client in a network of its own, asked of so seldom that no budget is touched: 127.60.0.0/24 and up.</summary>
    public uint HonestSource(long index) => Address((60 * 256) + (int)(index % (HonestPerSecond * SecondsBetween)), 7);

    /// <summary>An honest client in a network that the flood pretends to come from.</summary>
    public uint NeighbourSource(int index) => Address(256 + (index % Networks), 250);

    // Well below any budget: one answer a second is the smallest there is.
    private const int SecondsBetween = 3;

    private static uint Address(int network, int host) => (127u << 24) | ((uint)network << 8) | (uint)host;
}
