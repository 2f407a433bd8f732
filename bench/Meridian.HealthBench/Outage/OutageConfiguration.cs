using System.Globalization;
using System.Net;
using System.Text;

namespace Meridian.HealthBench.Outage;

/// <summary>Writes the configuration that the server under test serves: a name, a policy and a pool for each member.</summary>
internal static class OutageConfiguration
{
    /// <summary>What is answered instead of a member that is down.</summary>
    public static readonly IPAddress Fallback = IPAddress.Parse("192.0.2.99");

    public static string NameOf(int member) => string.Create(CultureInfo.InvariantCulture, $"m{member}");

    public static string Write(IReadOnlyList<MortalMember> members, int dnsPort, int httpPort, int memberPort, int intervalMs, string authorityFile)
    {
        int timeout = Math.Min(intervalMs, 1000);
        string judging = string.Create(CultureInfo.InvariantCulture,
            $"port: {memberPort}, expect: {{body: fine}}, interval: {intervalMs}ms, timeout: {timeout}ms, rise: 2, fall: 3, confirm: {{probes: 5, within: 500ms, timeout: 300ms}}");
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            listen: {"{"}dns: ["127.0.0.1:{dnsPort}"], http: "127.0.0.1:{httpPort}"{"}"}
            warm-up: 20s
            breaker: {"{"}max-members: 100%{"}"}
            monitors:
              plain: {"{"}type: http, {judging}{"}"}
              secure: {"{"}type: https, host: {CertificateMaker.Host}, ca: "{authorityFile}", {judging}{"}"}
            pools:
              sorry: {"{"}members: [{"{"}address: {Fallback}{"}"}]{"}"}

            """);
        foreach (MortalMember member in members)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  {NameOf(member.Number)}: {{monitor: {(member.IsTls ? "secure" : "plain")}, members: [{{address: {member.Address}}}]}}\n");
        }
        text.Append("policies:\n");
        foreach (MortalMember member in members)
        {
            text.Append(CultureInfo.InvariantCulture, $"  p-{NameOf(member.Number)}: {{ttl: 5s, failover: [{NameOf(member.Number)}, sorry]}}\n");
        }
        text.Append("""
            zones:
              bench.test:
                soa: {primary: ns1.bench.test., contact: hostmaster.bench.test.}
                records:
                  "@": {NS: [ns1]}
                  ns1: {A: 127.0.0.1}

            """);
        foreach (MortalMember member in members)
        {
            text.Append(CultureInfo.InvariantCulture, $"      {NameOf(member.Number)}: {{A: {{steer: p-{NameOf(member.Number)}}}}}\n");
        }
        return text.ToString();
    }
}
