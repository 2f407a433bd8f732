using System.Globalization;
using System.Net;
using Meridian.Conformance.Tests.Client;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>What came of a flood.</summary>
internal sealed class FloodRun : IDisposable
{
    // 8 octets of the client's own (RFC 7873 §4): any will do here, where nobody guesses.
    private static readonly byte[] ClientCookie = [1, 2, 3, 4, 5, 6, 7, 8];

    // They wait most of the time.
    private const int ResolversAtOnce = 20;

    private readonly FloodPlan _plan;
    private readonly IPEndPoint _server;
    private readonly string _name;
    private readonly int _workers;
    private int _resolved;

    /// <param name="server">The target.</param>
    /// <param name="plan">What is done to it.</param>
    /// <param name="names">Names that exist, with addresses.</param>
    /// <param name="workers">The server's UDP threads, each of which holds to its share of a budget.</param>
    public FloodRun(IPEndPoint server, FloodPlan plan, string[] names, int workers)
    {
        _plan = plan;
        _server = server;
        _name = names[0];
        _workers = workers;
        Flood = new Flood(server, plan, names);
        byte[] query = HonestCrowd.Query(_name);
        Strangers = new HonestCrowd(server, plan.HonestPerSecond, index => (plan.HonestSource(index), query));
        byte[][] withCookies = [.. Enumerable.Range(0, Neighbours).Select(AskForCookie)];
        CookieHolders = new HonestCrowd(
            server, plan.HonestPerSecond, index => (plan.NeighbourSource((int)(index % Neighbours)), withCookies[index % Neighbours]));
    }

    public Flood Flood { get; }

    /// <summary>Clients of other networks.</summary>
    public HonestCrowd Strangers { get; }

    /// <summary>Clients in networks of the flood, with cookies.</summary>
    public HonestCrowd CookieHolders { get; }

    /// <summary>Of the resolvers without cookies in networks of the flood, those that got their answer.</summary>
    public int PlainResolved => _resolved;

    /// <summary>The most answers with records that the budgets allow: every second that the flood touched, whole.</summary>
    public long Allowed => (long)_plan.Networks * PerNetworkAndSecond * (long)Math.Ceiling(Flood.Elapsed.TotalSeconds + 1);

    private int Neighbours => Math.Min(200, _plan.Networks);

    // Each worker's share is rounded up.
    private int PerNetworkAndSecond => (_plan.BudgetPerSecond + _workers - 1) / _workers * _workers;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Flood.Start();
        Strangers.Start();
        CookieHolders.Start();
        Task resolvers = ResolveAsync(cancellationToken);
        using PeriodicTimer duration = new(_plan.Duration);
        await duration.WaitForNextTickAsync(cancellationToken);
        await resolvers;
        Strangers.Stop();
        CookieHolders.Stop();
        Flood.Stop();
    }

    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"""
        flood: {Flood.Sent} queries in {Flood.Elapsed.TotalSeconds:F1} s from {_plan.Networks} networks: {Flood.Sent / Flood.Elapsed.TotalSeconds:F0}/s, {Flood.Sent / Flood.Elapsed.TotalSeconds / _plan.Networks:F1}/s a network with a budget of {_plan.BudgetPerSecond}/s; {Flood.Unsent} not sent
        it got: {Flood.Answered} answers with records ({100.0 * Flood.Answered / Flood.Sent:F1} %; the budgets allow {Allowed}), {Flood.Slipped} without any that say to come by TCP; {(double)Flood.OctetsReceived / Flood.OctetsSent:F2} octets for each of its own
        honest, other networks: {Strangers.Answered} of {Strangers.Sent} answered at once ({100 * Strangers.AnsweredShare:F2} %), {Strangers.SentAway} sent away; median {Strangers.Percentile(0.5):F2} ms, 99 % within {Strangers.Percentile(0.99):F2} ms
        honest, networks of the flood, with cookies: {CookieHolders.Answered} of {CookieHolders.Sent} answered at once ({100 * CookieHolders.AnsweredShare:F2} %), {CookieHolders.SentAway} sent away; median {CookieHolders.Percentile(0.5):F2} ms, 99 % within {CookieHolders.Percentile(0.99):F2} ms
        honest, networks of the flood, without cookies: {PlainResolved} of {_plan.PlainResolvers} resolvers got their answer, by asking again and by TCP
        """);

    public void Dispose()
    {
        Flood.Dispose();
        Strangers.Dispose();
        CookieHolders.Dispose();
    }

    /// <summary>A query of one client with the cookie that the server gave to it.</summary>
    private byte[] AskForCookie(int index)
    {
        IPAddress source = AddressOf(_plan.NeighbourSource(index));
        using UdpClient client = new(_server, source);
        byte[]? octets = client.Ask(HonestCrowd.Query(_name, ClientCookie));
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(octets, out Message? message));
        EdnsOption cookie = Assert.Single(message!.Edns!.Options, option => option.Code == EdnsOptionCode.Cookie); // Asserted above.
        return HonestCrowd.Query(_name, cookie.Data);
    }

    private async Task ResolveAsync(CancellationToken cancellationToken)
    {
        byte[] query = HonestCrowd.Query(_name);
        ParallelOptions together = new() { CancellationToken = cancellationToken, MaxDegreeOfParallelism = ResolversAtOnce };
        await Parallel.ForEachAsync(Enumerable.Range(0, _plan.PlainResolvers), together, async (index, token) =>
        {
            IPAddress source = AddressOf(_plan.NeighbourSource(index + Neighbours));
            if (await PlainResolver.TryResolveAsync(_server, source, query, token) is not null)
            {
                Interlocked.Increment(ref _resolved);
            }
        });
    }

    private static IPAddress AddressOf(uint address) =>
        new([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]);
}
