using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Meridian.Host.Lab;

/// <summary>Addresses, ports and the configuration of one experiment; everything is on loopback.</summary>
internal sealed class LabPlan
{
    /// <summary>A zone below a name that is nobody's (RFC 2606 §2).</summary>
    public const string Zone = "lab.example";

    /// <summary>Where addresses begin that caches ask from: all of 127.0.0.0/8 is this machine (RFC 1122 §3.2.1.3).</summary>
    private const int FirstSource = 0x7F0A_0000;

    /// <summary>An address that nobody listens on.</summary>
    public static readonly IPAddress Wrong = IPAddress.Parse("127.0.9.9");

    public static readonly IPAddress Eu = IPAddress.Parse("127.0.1.1");

    public static readonly IPAddress Us = IPAddress.Parse("127.0.2.1");

    private LabPlan(string directory, int[] ports)
    {
        Directory = directory;
        DnsPort = ports[0];
        HttpPort = ports[1];
        BackendPort = ports[2];
    }

    public string Directory { get; }

    public int DnsPort { get; }

    public int HttpPort { get; }

    public int BackendPort { get; }

    public string ConfigurationPath => Path.Combine(Directory, "meridian.yaml");

    /// <summary>A plan in a new directory, with ports that were free a moment ago.</summary>
    public static LabPlan Create() =>
        new(System.IO.Directory.CreateTempSubdirectory("meridian-lab-").FullName, FreePorts(3));

    /// <summary>Ports that are free for UDP and TCP, all different.</summary>
    public static int[] FreePorts(int count)
    {
        List<Socket> held = [];
        try
        {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++)
            {
                Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                held.Add(tcp);
                ports[i] = ((IPEndPoint)tcp.LocalEndPoint!).Port; // Bound right above.
            }
            return ports;
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>A name of the experiment, without a final dot.</summary>
    public static string NameOf(int ttl, int number) => string.Create(CultureInfo.InvariantCulture, $"w{ttl}-{number}.{Zone}");

    /// <summary>The address that the caches behind one address ask from, in 127.10.0.0/16.</summary>
    public static string SourceOf(int instance) =>
        string.Create(CultureInfo.InvariantCulture, $"127.{(FirstSource >> 16) & 0xFF}.{(instance >> 8) & 0xFF}.{instance & 0xFF}");

    /// <summary>The configuration as it is before the event, or after it.</summary>
    public string Configuration(LabOptions options, bool isChanged)
    {
        (int eu, int us) = isChanged && options.Scenario == LabScenario.Canary ? (options.Weights.Us, options.Weights.Eu) : options.Weights;
        string state = isChanged && options.Scenario == LabScenario.Drain ? ", state: draining, reason: lab" : "";
        IPAddress address = isChanged && options.Scenario == LabScenario.Mistake ? Wrong : Eu;
        // A mistake is not found out by health checks here: nobody checks the address that should not be there.
        string monitor = options.Scenario == LabScenario.Mistake ? "" : "monitor: web, ";
        string jitter = options.Jitter > 0 ? string.Create(CultureInfo.InvariantCulture, $"ttl-jitter: {options.Jitter * 100:0.#}%, ") : "";
        StringBuilder text = new();
        // The event is meant: held by the guard, it would wait for a person, and nothing would happen.
        text.Append(CultureInfo.InvariantCulture, $$$"""
            listen: {dns: ["127.0.0.1:{{{DnsPort}}}"], http: "127.0.0.1:{{{HttpPort}}}"}
            state: {{{Directory}}}/state
            guard: {clients: 100%, pool-minimum: false}
            sites: {eu: {}, us: {}}
            monitors:
              web: {type: http, port: {{{BackendPort}}}, path: /healthz, interval: 1s, timeout: 1s, rise: 2, fall: 2}
            pools:
              web-eu: {site: eu, {{{monitor}}}members: [{address: {{{address}}}{{{state}}}}]}
              web-us: {site: us, {{{monitor}}}members: [{address: {{{Us}}}}]}
            policies:

            """);
        foreach (int ttl in options.Ttls)
        {
            text.Append(CultureInfo.InvariantCulture, $"  split-{ttl}: {{ttl: {ttl}s, {jitter}weighted: {{web-eu: {eu}, web-us: {us}}}}}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $$$"""
            zones:
              {{{Zone}}}:
                soa: {primary: ns1.{{{Zone}}}., contact: hostmaster.{{{Zone}}}., negative-ttl: 30s}
                records:
                  "@": {NS: [ns1]}
                  ns1: {A: 127.0.0.1}

            """);
        foreach (int ttl in options.Ttls)
        {
            for (int i = 0; i < options.NamesPerTtl; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"      w{ttl}-{i}: {{A: {{steer: split-{ttl}}}}}\n");
            }
        }
        return text.ToString();
    }
}
