using Meridian.Control.Configuration;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Each kind of mistake gives its error at its place, with what was expected.</summary>
public sealed class MistakeTests
{
    [Theory]
    [InlineData("listen: {dns: [\"127.0.0.1\"]}", "m.yaml:1:16: error: expected an address with a port, such as 127.0.0.1:5300 or [::1]:5300; found '127.0.0.1'")]
    [InlineData("listen: {dns: [\"::1:53\"]}", "m.yaml:1:16: error: expected an address with a port, such as 127.0.0.1:5300 or [::1]:5300; found '::1:53'")]
    [InlineData("listen: {dns: [\"[::1]:53\", \"[::1]:53\"]}", "m.yaml:1:15: error: '[::1]:53' is listed twice")]
    [InlineData("listen: {threads: 0}", "m.yaml:1:19: error: expected a whole number, 1 to 256, such as 2; found '0'")]
    [InlineData("listen: {udp-payload-size: 9000}", "m.yaml:1:28: error: expected a whole number, 512 to 4096, such as 512; found '9000'")]
    [InlineData("listen: [1]", "m.yaml:1:9: error: expected a map with keys such as dns, http, http-tls, found a list")]
    [InlineData("warm-up: 5", "m.yaml:1:10: error: a duration needs a unit (ms, s, m, h, d, w): write 5s if seconds are meant")]
    [InlineData("warm-up: 2m", "m.yaml:1:10: error: expected a duration, 0s to 1m, such as 10s; found '2m'")]
    [InlineData("state:", "m.yaml:1:7: error: expected the path of a directory, such as /var/lib/meridian; found nothing")]
    [InlineData("geo: {overrides: {192.0.2.1/24: {country: FR}}}", "m.yaml:1:19: error: '192.0.2.1/24' has bits set beyond its /24 (did you mean '192.0.2.0/24'?)")]
    [InlineData("geo: {overrides: {192.0.2.0/24: {country: UK}}}", "m.yaml:1:43: error: 'UK' is not a country of ISO 3166-1 (did you mean 'GB'?)")]
    [InlineData("geo: {overrides: {192.0.2.0/24: {latitude: 1, longitude: 1}}}", "m.yaml:1:33: error: expected exactly one of place, country and subdivision")]
    [InlineData("sites: {eu: {latitude: 91, longitude: 0}}", "m.yaml:1:24: error: expected a number, -90 to 90, such as 35.68; found '91'")]
    [InlineData("sites: {eu: {latitude: 9}}", "m.yaml:1:24: error: 'latitude' needs 'longitude' beside it")]
    [InlineData("sites: {eu: {near: dublin}}", "m.yaml:1:20: error: expected a cloud region (aws:…, gcp:… or azure:…), such as aws:eu-west-1; found 'dublin'")]
    [InlineData("sites: {eu: {capacity: -1}}", "m.yaml:1:24: error: expected a number, 0 or more, such as 60000; found '-1'")]
    [InlineData("sites: {'a b': {}}", "m.yaml:1:9: error: 'a b' cannot be a name: expected up to 63 letters, digits, '-', '_' and '.', beginning with a letter or digit")]
    [InlineData("monitors: {m: {}}", "m.yaml:1:15: error: the key 'type' is missing: one of http, https, tcp, tls, dns, grpc, icmp, script, push, prometheus, calculated")]
    [InlineData("monitors: {m: {type: htps}}", "m.yaml:1:22: error: expected one of http, https, tcp, tls, dns, grpc, icmp, script, push, prometheus, calculated, such as http; found 'htps' (did you mean 'https'?)")]
    [InlineData("monitors: {m: {type: tcp}}", "m.yaml:1:15: error: a monitor of type tcp needs a port")]
    [InlineData("monitors: {m: {type: tcp, port: 70000}}", "m.yaml:1:33: error: expected a whole number, 1 to 65535, such as 2; found '70000'")]
    [InlineData("monitors: {m: {type: tcp, port: 1, path: /x}}", "m.yaml:1:42: error: 'path' has no meaning for a monitor of type tcp")]
    [InlineData("monitors: {m: {type: http, from: [eu]}}",
        "m.yaml:1:35: error: there is no vantage point 'eu'")]
    [InlineData("monitors: {m: {type: http, up-when: majority}}",
        "m.yaml:1:37: error: 'up-when' counts the votes of vantage points: name them in from")]
    [InlineData("vantage: {name: eu}\nmonitors: {m: {type: http, from: [eu], up-when: 2}}",
        "m.yaml:2:49: error: up-when asks for 2 of 1 vantage points: no member could ever be up")]
    [InlineData("listen: {votes: {address: \"192.0.2.53:8443\"}}",
        "m.yaml:1:27: error: votes on 192.0.2.53:8443 need TLS, because they carry tokens: add certificate: FILE, or listen on a loopback address")]
    [InlineData("vantage-points: {us: {references: [\"192.0.2.1:443\"]}}",
        "m.yaml:1:22: error: expected token-file, certificate, or both: a vantage point proves who it is")]
    [InlineData("monitors: {m: {type: http, confirm: {probes: 17}}}", "m.yaml:1:46: error: expected a whole number, 1 to 16, such as 2; found '17'")]
    [InlineData("monitors: {m: {type: http, timeout: 1s, confirm: {timeout: 2s}}}", "m.yaml:1:60: error: the timeout of a confirming probe (2s) must not be longer than the monitor's (1s)")]
    [InlineData("monitors: {m: {type: http, path: x}}", "m.yaml:1:34: error: expected a path that begins with '/', such as /healthz; found 'x'")]
    [InlineData("monitors: {m: {type: http, skip-verify: true}}", "m.yaml:1:41: error: 'skip-verify' has no meaning for a monitor of type http")]
    [InlineData("monitors: {m: {type: https, skip-verify: yes}}", "m.yaml:1:42: error: expected true or false, such as true; found 'yes' (did you mean 'true'?)")]
    [InlineData("monitors: {m: {type: http, expect: {status: [299-200]}}}", "m.yaml:1:46: error: expected a status code or a range of them, within 100 to 599, such as 200-299; found '299-200'")]
    [InlineData("monitors: {m: {type: http, method: HEAD, expect: {body: x}}}", "m.yaml:1:36: error: a HEAD request has no body to look into: use GET, or leave out expect.body")]
    [InlineData("monitors: {m: {type: http, headers: {host: x}}}", "m.yaml:1:38: error: the Host header is written as the key 'host' of the monitor")]
    [InlineData("monitors: {m: {type: http, interval: 1s, timeout: 2s}}", "m.yaml:1:51: error: the timeout (2s) must not be longer than the interval (1s): probes of one member do not overlap")]
    [InlineData("monitors: {m: {type: dns}}", "m.yaml:1:15: error: the key 'query' is missing: map")]
    [InlineData("monitors: {m: {type: dns, query: {name: a., type: A, answer: here}}}", "m.yaml:1:62: error: 'here' is not data of a record of type A: A address: 'here' is not an IPv4 address such as 192.0.2.1")]
    [InlineData("monitors: {m: {type: dns, query: {name: a., type: AAAAA}}}", "m.yaml:1:51: error: 'AAAAA' is not a record type (did you mean 'AAAA'?)")]
    [InlineData("monitors: {m: {type: grpc}}", "m.yaml:1:15: error: a monitor of type grpc needs a port")]
    [InlineData("monitors: {m: {type: icmp, port: 7}}", "m.yaml:1:34: error: 'port' has no meaning for a monitor of type icmp")]
    [InlineData("monitors: {m: {type: script}}", "m.yaml:1:15: error: the key 'command' is missing: a list of texts: the program and its arguments")]
    [InlineData("monitors: {m: {type: script, command: x, expect: {body: y}}}", "m.yaml:1:57: error: 'body' has no meaning for this type of monitor; expected exit or output")]
    [InlineData("monitors: {m: {type: push, token: short}}", "m.yaml:1:35: error: expected a text of 16 to 256 visible characters, such as c2VjcmV0LXRva2VuLTE; found 'short'")]
    [InlineData("monitors: {m: {type: prometheus, url: \"http://p\", promql: up, is: about 1}}", "m.yaml:1:67: error: expected a comparison with a number: <, <=, >, >=, == or !=, such as \"< 0.05\"; found 'about 1'")]
    [InlineData("monitors: {m: {type: calculated, of: [database]}}", "m.yaml:1:39: error: there is no monitor 'database'")]
    [InlineData("monitors: {m: {type: calculated, of: [w], at-least: 2}, w: {type: http}}", "m.yaml:1:53: error: the weight of all is 1: 2 is never reached")]
    [InlineData("monitors: {m: {type: calculated, of: [m]}}", "m.yaml:1:12: error: monitors follow from each other in a circle: m → m")]
    [InlineData("monitors: {m: {type: https, ca: nowhere.pem}}", "m.yaml:1:33: error: 'nowhere.pem' cannot be used: the file is missing")]
    public void Load_MistakeInOneSection_ReportsIt(string document, string expected) =>
        Assert.Equal([expected], TestFiles.Errors(TestFiles.Load(document)).Where(line => line != ""));

    [Theory]
    [InlineData("p: {members: []}", "m.yaml:2:16: error: expected a list of 1 to 10000 members, such as [{address: 192.0.2.1}]; found a list of 0")]
    [InlineData("p: {}", "m.yaml:2:6: error: the key 'members' is missing: a list of members, at least one")]
    [InlineData("p: {members: [{}]}", "m.yaml:2:17: error: expected exactly one of address and hostname")]
    [InlineData("p: {members: [{address: 192.0.2.1, hostname: a.}]}", "m.yaml:2:17: error: expected exactly one of address and hostname")]
    [InlineData("p: {members: [{address: 10.1}]}", "m.yaml:2:27: error: expected an IPv4 or IPv6 address, such as 192.0.2.1; found '10.1'")]
    [InlineData("p: {members: [{address: 192.0.2.1}, {address: 192.0.2.1}]}", "m.yaml:2:39: error: the member 192.0.2.1 is in this pool twice; it was first given at m.yaml:2:17")]
    [InlineData("p: {members: [{address: 192.0.2.1, weight: 1000001}]}", "m.yaml:2:46: error: expected a whole number, 0 to 1000000, such as 2; found '1000001'")]
    [InlineData("p: {members: [{address: 192.0.2.1, until: 2026-12-01T00:00Z}]}", "m.yaml:2:45: error: 'until' belongs to a forced state: add state: draining, up or down, or remove it")]
    [InlineData("p: {members: [{address: 192.0.2.1, state: down, reason: x, until: 2026-12-01T00:00}]}", "m.yaml:2:69: error: '2026-12-01T00:00' does not say where its clock stands (did you mean '2026-12-01T00:00Z'?)")]
    [InlineData("p: {monitor: web, members: [{address: 192.0.2.1}]}", "m.yaml:2:16: error: there is no monitor 'web'")]
    [InlineData("p: {failback: manual, members: [{address: 192.0.2.1}]}", "m.yaml:2:17: error: without a monitor the pool never fails and never recovers: give it one")]
    [InlineData("p: {failback: after 10, members: [{address: 192.0.2.1}]}", "m.yaml:2:17: error: expected `auto`, `manual`, or `after` and a duration of 1s to 7d, such as after 10m; found 'after 10'")]
    [InlineData("p: {prewarm: {wait: 5s}, members: [{address: 192.0.2.1}]}", "m.yaml:2:16: error: the key 'url' is missing: an http or https URL")]
    [InlineData("p: {cost: -1, members: [{address: 192.0.2.1}]}", "m.yaml:2:13: error: expected a number, 0 or more, such as 0.7; found '-1'")]
    [InlineData("p: {answer: {pick: 65}, members: [{address: 192.0.2.1}]}", "m.yaml:2:22: error: expected a whole number, 1 to 64, such as 2; found '65'")]
    [InlineData("p: {members: [{hostname: a..b}]}", "m.yaml:2:28: error: 'a..b' is not a domain name: two dots follow each other: a label cannot be empty")]
    public void Load_MistakeInPool_ReportsIt(string pool, string expected) =>
        Assert.Equal([expected], TestFiles.Errors(TestFiles.Load($"pools:\n  {pool}\n")));

    [Theory]
    [InlineData("x: {}", "m.yaml:5:6: error: expected one of pool, policy, failover, weighted, geo, network, multivalue, hash, proximity, latency, cheapest, spill, shed, schedule, ramp here: nothing says where the traffic goes")]
    [InlineData("x: {scale-by-health: true, failover: [a]}", "m.yaml:5:24: error: 'scale-by-health' belongs to 'weighted': there are no weights to scale")]
    [InlineData("x: {assign: by-resolver, failover: [a]}", "m.yaml:5:15: error: 'assign' belongs to 'weighted': there are no weights to assign by")]
    [InlineData("x: {failover: [a], pool: b}", "m.yaml:5:17: error: a node is of one kind: here are both 'pool' and 'failover'; put one inside the other")]
    [InlineData("x: {failover: []}", "m.yaml:5:17: error: expected a list of children, such as [web-eu, web-us]; found an empty list")]
    [InlineData("x: {failover: [a, a]}", "m.yaml:5:21: error: 'a' is in this list twice")]
    [InlineData("x: {failover: [web-eo]}", "m.yaml:5:18: error: there is no pool or policy 'web-eo' (did you mean 'web-eu'?)")]
    [InlineData("x: {failover: [{schedule: {}}]}", "m.yaml:5:29: error: the key 'windows' is missing: a list of maps with `days`, `hours`, `dates` and a node")]
    [InlineData("x: {pool: y}", "m.yaml:5:13: error: 'y' is a policy; expected the name of a pool")]
    [InlineData("x: {pool: a, sticky: client}", "m.yaml:5:24: error: 'sticky' belongs to 'weighted': there is no draw to keep")]
    [InlineData("x: {weighted: {a: -1}}", "m.yaml:5:21: error: expected a whole number, 0 to 1000000, such as 2; found '-1'")]
    [InlineData("x: {weighted: {}}", "m.yaml:5:17: error: expected names with weights, such as {web-eu: 95, web-us: 5}; found none")]
    [InlineData("x: {geo: {Europe: a, default: b}}", "m.yaml:5:13: error: 'Europe' is not a place: expected a continent (EU), a country (FR), a subdivision (US-CA), an AS number (AS64500) or 'default'")]
    [InlineData("x: {geo: {UK: a, default: b}}", "m.yaml:5:13: error: 'UK' is neither a continent nor a country of ISO 3166-1 (did you mean 'GB'?)")]
    [InlineData("x: {geo: {FR: a, fr: b, default: b}}", "m.yaml:5:20: error: the place FR is here twice, spelled differently")]
    [InlineData("x: {multivalue: {max: 65, of: [a]}}", "m.yaml:5:25: error: expected a whole number, 1 to 64, such as 2; found '65'")]
    [InlineData("x: {strict: true, failover: [a]}", "m.yaml:5:15: error: a strict policy stays within the matched place, but no geo or network node is in it to match one")]
    [InlineData("x: {when-all-down: {pool: nobody}, pool: a}", "m.yaml:5:29: error: there is no pool 'nobody'")]
    [InlineData("x: {when-all-down: \"pool: nobody\", pool: a}", "m.yaml:5:22: error: there is no pool 'nobody'")]
    [InlineData("x: {when-all-down: fail, pool: a}", "m.yaml:5:22: error: expected one of serve-all, last-good, nodata, servfail, such as serve-all; found 'fail'")]
    [InlineData("x: {ttl: 60, pool: a}", "m.yaml:5:12: error: a duration needs a unit (ms, s, m, h, d, w): write 60s if seconds are meant")]
    [InlineData("x: {ttl: 500ms, pool: a}", "m.yaml:5:12: error: expected a duration in whole seconds, 0s to 2147483647s, such as 60s; found '500ms'")]
    [InlineData("x: {ttl: 2147483648s, pool: a}", "m.yaml:5:12: error: expected a duration in whole seconds, 0s to 2147483647s, such as 60s; found '2147483648s'")]
    [InlineData("x: {ttl-jitter: 10, pool: a}", "m.yaml:5:19: error: a percentage ends with '%': expected a percentage, 0% to 50%, such as 10%; found '10'")]
    [InlineData("x: {ttl: 10s, min-ttl: 20s, pool: a}", "m.yaml:5:26: error: min-ttl must not be longer than the policy's ttl")]
    [InlineData("x: {policy: x}", "m.yaml:5:3: error: policies lead back to themselves: x → x")]
    [InlineData("a: {pool: b}", "m.yaml:5:3: error: 'a' is also the name of a pool, at m.yaml:2:10: a tree could mean either")]
    public void Load_MistakeInPolicy_ReportsIt(string policy, string expected)
    {
        string document =
            $$$"""

            pools: { a: {members: [{address: 192.0.2.1}]}, b: {members: [{address: 192.0.2.2}]}, web-eu: {members: [{address: 192.0.2.3}]}}
            policies:
              y: {pool: a}
              {{{policy}}}
            """;
        Assert.Equal([expected], TestFiles.Errors(TestFiles.Load(document)));
    }

    [Fact]
    public void Load_ManyErrors_AreCapped()
    {
        string document = string.Join('\n', Enumerable.Range(0, 500).Select(i => $"unknown-{i}: 1"));
        LoadResult result = TestFiles.Load(document);
        Assert.Equal(201, result.Errors.Length);
        Assert.Equal("300 more errors are not shown; correct those above first", result.Errors[^1].Message);
    }

    [Fact]
    public void Load_LongChainOfPolicies_IsRefused()
    {
        string chain = string.Concat(Enumerable.Range(1, 60).Select(i => $"  p{i:D2}: {{policy: p{i - 1:D2}}}\n"));
        LoadResult result = TestFiles.Load($"pools: {{a: {{members: [{{address: 192.0.2.1}}]}}}}\npolicies:\n  p00: {{pool: a}}\n{chain}");
        Assert.Contains(result.Errors, error => error.Message.Contains("32 policies refer to each other in a row", StringComparison.Ordinal));
    }
}
