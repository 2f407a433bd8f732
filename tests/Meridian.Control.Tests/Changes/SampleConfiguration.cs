using System.Text;
using Meridian.Control.Tests.Configuration;

namespace Meridian.Control.Tests.Changes;

/// <summary>Valid configurations that are different for each seed: texts that YAML and JSON have to quote, master files, TTLs of every kind.</summary>
internal static class SampleConfiguration
{
    private static readonly string[] Texts =
    [
        "v=spf1 -all", "123", "true", "null", "~", "1.10", "-0", "a: b", "# no comment", "\\\"quoted\\\"", "\\\\", "ü ✓ 日本", "😀", "", " blank ", "tab\\there",
        "{x}", "[y]", "*alias", "&anchor", "!tag", "%dir", "@at", "`tick`", "12e3", "0x1F", "yes",
    ];

    public static (string Path, string Text)[] Create(int seed)
    {
        Random random = new(seed);
        StringBuilder yaml = new();
        int pools = random.Next(1, 4);
        yaml.Append("guard: {clients: 30%}\nsites:\n  eu: {near: \"aws:eu-west-1\", capacity: 60000, cost: 0.8}\n  us: {latitude: 35.5, longitude: -77, country: US}\n");
        yaml.Append("monitors:\n  web: {type: http, path: /healthz, interval: 10s, timeout: 3s, expect: {status: [200-299, 304], body: '\"ready\":true'}}\npools:\n");
        for (int i = 0; i < pools; i++)
        {
            yaml.Append($"  p{i}: {{site: {(random.Next(2) == 0 ? "eu" : "us")}, monitor: web, members: [{{address: 192.0.2.{i + 1}, weight: {random.Next(1, 9)}}}, {{address: \"2001:db8::{i + 1:x}\"}}]}}\n");
        }
        string[] order = [.. Enumerable.Range(0, pools).Select(i => $"p{i}").OrderBy(_ => random.Next())];
        yaml.Append($"policies:\n  www: {{ttl: 60s, ttl-jitter: 10%, failover: [{string.Join(", ", order)}]}}\n");
        yaml.Append($"  split:\n    weighted: {{{string.Join(", ", order.Select(pool => $"{pool}: {random.Next(1, 100)}"))}}}\n    sticky: client\n");
        yaml.Append("  place:\n    geo:\n      EU: p0\n      US-CA: {failover: [p0]}\n      default: www\n".Replace("US-CA", "US", StringComparison.Ordinal));
        yaml.Append("zones:\n  Example.COM.:\n    soa: {primary: ns1, contact: host.master@example.com, negative-ttl: 60s}\n    ttl: 5m\n");
        yaml.Append("    owners: {\"*\": files, _acme-challenge.*: update}\n    records:\n      \"@\": {NS: [ns1, ns2], MX: [\"10 mail\"]}\n      ns1: {A: 192.0.2.53}\n      ns2: {A: 192.0.2.54}\n");
        yaml.Append("      mail: {A: {data: [192.0.2.60, 192.0.2.61], ttl: 1h, rotate: true}, ttl: 90s}\n");
        yaml.Append("      WWW: {A: {steer: www}, AAAA: {steer: split, ttl: 30s}, HTTPS: {steer: place, alpn: [h2, h3], port: 8443}}\n");
        for (int i = 0; i < random.Next(1, 6); i++)
        {
            yaml.Append($"      t{i}: {{TXT: [\"{Texts[random.Next(Texts.Length)]}\", 'k={random.Next()}']{(random.Next(2) == 0 ? ", ttl: 2m" : "")}}}\n");
        }
        yaml.Append("  0/25.2.0.192.in-addr.arpa:\n    file: reverse.zone\n    records:\n      \"3\": {PTR: mail.example.com., ttl: 77s, rotate: false}\n");
        StringBuilder zone = new("$TTL 1h\n@ IN SOA ns1.example.com. hostmaster.example.com. 1 7200 900 1209600 300\n@ NS ns1.example.com.\n@ 120 NS ns2.example.com.\n");
        for (int i = 0; i < random.Next(1, 8); i++)
        {
            zone.Append($"{i} {random.Next(1, 90000)} IN PTR h{i}.example.com.\n");
            zone.Append($"{i} IN TXT \"a;b\" \"{random.Next()} \\\"x\\\\\"\n");
        }
        // The inline owner "3" has a PTR already.
        string text = string.Join('\n', zone.ToString().Split('\n').Where(line => !line.StartsWith("3 ", StringComparison.Ordinal) || line.Contains("TXT", StringComparison.Ordinal)));
        return [("/etc/m/m.yaml", yaml.ToString()), ("/etc/m/reverse.zone", text)];
    }

    public static Meridian.Control.Configuration.LoadResult Load((string Path, string Text)[] files) => TestFiles.LoadAll("/etc/m/m.yaml", files);
}
