using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Model;
using Meridian.Host.Commands;

namespace Meridian.Host.Quickstart;

/// <summary>
/// What a quickstart's configuration expects to find. Read from the configuration itself, so that the example may be
/// edited: another port, when 5300 is taken, or a third site.
/// </summary>
/// <param name="Dns">Where it answers queries.</param>
/// <param name="Http">Where it tells its state.</param>
/// <param name="Backends">The web servers that its monitors check, by site.</param>
internal sealed record QuickstartPlan(IPEndPoint Dns, Uri Http, ImmutableArray<BackendPlan> Backends)
{
    public const string Configuration = "examples/quickstart/meridian.yaml";

    /// <summary>What is asked again and again to show where answers go: names of the example, seen from places.</summary>
    public static IReadOnlyList<SamplePlan> Samples { get; } =
    [
        new("NL", "www.example.test", IPAddress.Parse("193.0.6.0"), 24),
        new("US", "www.example.test", IPAddress.Parse("8.8.8.0"), 24),
        new("BR", "www.example.test", IPAddress.Parse("200.160.0.0"), 24),
        new("JP", "www.example.test", IPAddress.Parse("2001:200::"), 48),
        new("canary", "canary.example.test", null, 0),
    ];

    /// <summary>The sites in the order of the keys that stop and start them.</summary>
    public ImmutableArray<string> Sites { get; } = [.. Backends.Select(backend => backend.Site).Distinct(StringComparer.Ordinal)];

    /// <summary>What to try in another terminal.</summary>
    public IEnumerable<(string Command, string Shows)> Commands =>
    [
        ($"{Dig} www.example.test A", "steered, from this machine's address"),
        ($"{Dig} www.example.test A +subnet=193.0.6.0/24", "as a client in the Netherlands: site eu"),
        ($"{Dig} www.example.test A +subnet=8.8.8.0/24", "as one in the United States: site us"),
        ($"{Dig} www.example.test A +subnet=200.160.0.0/24", "as one in Brazil: site us, which South America falls to"),
        ($"{Dig} www.example.test A +subnet=2001:200::/48", "as one in Japan: one site or the other, half and half"),
        ($"{Dig} canary.example.test A", "weighted 70/30 between eu and us"),
        ($"{Dig} api.example.test A", "round robin: ask again"),
        ($"{Dig} multi.example.test A", "multivalue: up to three members of both sites"),
        ($"{Dig} www.example.test HTTPS", "address hints from the same decision"),
        ($"out/meridian status{Url}", "members and their health"),
        ($"out/meridian explain www.example.test A --client 193.0.6.0/24{Url}", "why"),
    ];

    private string Dig => string.Create(CultureInfo.InvariantCulture, $"dig @{Dns.Address} -p {Dns.Port}");

    // The commands find the default place by themselves.
    private string Url => Http == CommandOptions.DefaultUrl ? "" : $" --url {Http}";

    /// <summary>Reads the plan from a configuration.</summary>
    /// <param name="path">The configuration.</param>
    /// <param name="time">Dates what it says of times.</param>
    /// <param name="problem">Why there is none; null when there is.</param>
    public static QuickstartPlan? TryRead(string path, TimeProvider time, out string? problem)
    {
        LoadResult loaded = new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(time)).Load(path);
        problem = loaded.Model switch
        {
            null => ConfigurationReport.ToText(loaded),
            { Listen.Http: null } => $"{path}: a quickstart needs the local endpoint: set listen.http",
            { Listen: { } listen } when listen.Http.Port == 0 || listen.Dns.Any(endpoint => endpoint.Port == 0) =>
                $"{path}: a quickstart has to know its ports beforehand: set others than 0",
            _ => null,
        };
        return loaded.Model is { Listen.Http: { } http } model && problem is null ? Of(model, http) : null;
    }

    private static QuickstartPlan Of(MeridianModel model, IPEndPoint http)
    {
        ImmutableArray<BackendPlan>.Builder backends = ImmutableArray.CreateBuilder<BackendPlan>();
        foreach (PoolModel pool in model.Pools.Values.Where(pool => pool.Monitor is not null))
        {
            MonitorModel monitor = model.Monitors[pool.Monitor!]; // Of the pools that have one.
            foreach (MemberModel member in pool.Members.Where(member => member.Address is { } address && IPAddress.IsLoopback(address)))
            {
                IPEndPoint address = new(member.Address!, member.Port ?? monitor.Port); // Of the members that have one.
                if (!backends.Any(backend => backend.Address.Equals(address)))
                {
                    string site = member.Site ?? pool.Site ?? pool.Name;
                    backends.Add(new BackendPlan($"{site}-{backends.Count(backend => backend.Site == site) + 1}", site, address));
                }
            }
        }
        return new QuickstartPlan(model.Listen.Dns[0], new Uri($"http://{http}"), backends.ToImmutable());
    }
}

/// <summary>One backend.</summary>
internal sealed record BackendPlan(string Name, string Site, IPEndPoint Address);

/// <summary>One question that is sampled.</summary>
/// <param name="Label">The column's heading.</param>
/// <param name="Name">The queried name.</param>
/// <param name="Subnet">The client subnet that is sent along; null sends none.</param>
/// <param name="PrefixLength">Bits of it.</param>
internal sealed record SamplePlan(string Label, string Name, IPAddress? Subnet, int PrefixLength);
