using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>Dynamic update with the clients that people use: nsupdate, knsupdate, certbot and lego.</summary>
public sealed class DynamicUpdateTests(DynamicUpdateTests.Fixture fixture) : IClassFixture<DynamicUpdateTests.Fixture>
{
    private IPEndPoint Dns => fixture.Server.Dns;

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp", "-v")]
    public async Task Nsupdate_AddPrerequisiteDelete_IsServed(string name, params string[] options)
    {
        string owner = $"{name}.example.com";
        CommandResult added = await fixture.UpdateAsync("ops", $"update add {owner} 60 A 192.0.2.10\nupdate add {owner} 60 TXT \"hello\"", options);
        Assert.Equal((0, ""), (added.ExitCode, added.Error));
        Assert.Equal(["192.0.2.10"], (await Dig.AskAsync(Dns, owner, "A")).Data);
        CommandResult refused = await fixture.UpdateAsync("ops", $"prereq nxdomain {owner}\nupdate delete {owner}", options);
        Assert.Contains("YXDOMAIN", refused.Error, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.10"], (await Dig.AskAsync(Dns, owner, "A")).Data);
        CommandResult deleted = await fixture.UpdateAsync("ops", $"prereq yxrrset {owner} A 192.0.2.10\nupdate delete {owner}", options);
        Assert.Equal((0, ""), (deleted.ExitCode, deleted.Error));
        Assert.Equal("NXDOMAIN", (await Dig.AskAsync(Dns, owner, "A")).Status);
    }

    [Theory]
    [InlineData("wrong", "update add host.example.com 60 A 192.0.2.66", "NOTAUTH(BADSIG)")]
    [InlineData("nobody", "update add host.example.com 60 A 192.0.2.66", "NOTAUTH(BADKEY)")]
    [InlineData("acme", "update add host.example.com 60 A 192.0.2.66", "REFUSED")]
    [InlineData("acme", "update add _acme-challenge.example.com 60 CNAME host", "REFUSED")]
    [InlineData("ops", "update add www.example.com 60 A 192.0.2.66", "REFUSED")]
    public async Task Nsupdate_NotAllowed_GetsTheRfcsError(string key, string command, string expected)
    {
        CommandResult result = await fixture.UpdateAsync(key, command);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"update failed: {expected}", result.Error, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.1"], (await Dig.AskAsync(Dns, "host.example.com", "A")).Data);
    }

    [Theory]
    [InlineData("-1h")]
    [InlineData("+1h")]
    public async Task Knsupdate_ClockIsOff_GetsBadTime(string offset)
    {
        Command.RequireTool("knsupdate");
        string script = fixture.Files.Write(
            $"old{offset}", $"server 127.0.0.1 {Dns.Port}\nzone example.com.\nkey hmac-sha256:ops {fixture.SecretOf("ops")}\nupdate add host.example.com. 60 A 192.0.2.66\nsend\n");
        CommandResult result = await Command.ToolAsync("faketime", "-f", offset, "knsupdate", script);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("BADTIME", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.1"], (await Dig.AskAsync(Dns, "host.example.com", "A")).Data);
    }

    [Theory]
    [InlineData("dig")]
    [InlineData("kdig")]
    public async Task Query_Signed_ClientIsContentWithTheSignature(string tool)
    {
        Dig answer = await Dig.AskWithAsync(tool, Dns, "-y", $"hmac-sha256:ops:{fixture.SecretOf("ops")}", "host.example.com", "A");
        // What they print of the signature looks like one more record.
        Assert.Contains(answer.Answer, record => record.EndsWith(" IN A 192.0.2.1", StringComparison.Ordinal));
        Assert.Contains("TSIG", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("verif", answer.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("dig")]
    [InlineData("kdig")]
    public async Task Transfer_Signed_HasTheWholeZoneAndSignaturesThatHold(string tool)
    {
        Dig zone = await Dig.AskWithAsync(tool, Dns, "+tcp", "-y", $"hmac-sha256:ops:{fixture.SecretOf("ops")}", "big.example", "AXFR");
        string[] records = [.. zone.Text.Split('\n').Where(line => line.Contains("\tIN\t", StringComparison.Ordinal))];
        // The SOA at both ends, NS, and the hosts; not what is steered.
        Assert.Equal(2 + 1 + Fixture.HostCount, records.Length);
        Assert.Contains("\tSOA\t", records[0], StringComparison.Ordinal);
        Assert.Equal(records[0], records[^1]);
        Assert.Contains(records, record => record.StartsWith("host2999.big.example.", StringComparison.Ordinal) && record.EndsWith("\tA\t10.0.11.183", StringComparison.Ordinal));
        Assert.DoesNotContain(records, record => record.StartsWith("steered", StringComparison.Ordinal));
        Assert.DoesNotContain("verif", zone.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("failed", zone.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("big.example", "acme", "REFUSED")]
    [InlineData("example.com", "ops", "REFUSED")]
    [InlineData("big.example", null, "REFUSED")]
    [InlineData("big.example", "wrong", "Received 0 B")]
    public async Task Transfer_NotAllowed_GetsNothing(string zone, string? key, string status)
    {
        string[] signature = key is null ? [] : ["-y", $"hmac-sha256:{(key == "wrong" ? "ops" : key)}:{fixture.SecretOf(key)}"];
        Command.RequireTool("kdig");
        CommandResult result = await Command.ToolAsync(
            "kdig", ["@127.0.0.1", "-p", Dns.Port.ToString(CultureInfo.InvariantCulture), "+tcp", "+retry=0", .. signature, zone, "AXFR"]);
        Assert.Contains(status, result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\tSOA\t", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transfer_AfterAnUpdate_HasWhatWasAdded()
    {
        await fixture.UpdateAsync("ops", "update add transferred.example.com 60 TXT seen");
        Dig zone = await Dig.AskWithAsync("dig", Dns, "+tcp", "-y", $"hmac-sha256:reader:{fixture.SecretOf("reader")}", "example.com", "AXFR");
        Assert.Contains("transferred.example.com.", zone.Text, StringComparison.Ordinal);
        await fixture.UpdateAsync("ops", "update delete transferred.example.com");
    }

    [Fact]
    public async Task Certbot_WithPebble_GetsAWildcardAndLeavesNothing()
    {
        await using AcmeAuthority authority = await AcmeAuthority.StartAsync(Dns, fixture.Files);
        string credentials = fixture.Files.Write(
            "certbot.ini",
            $"dns_rfc2136_server = 127.0.0.1\ndns_rfc2136_port = {Dns.Port}\ndns_rfc2136_name = acme\n"
                + $"dns_rfc2136_secret = {fixture.SecretOf("acme")}\ndns_rfc2136_algorithm = HMAC-SHA256\n");
        string home = fixture.Files["certbot"];
        Command.RequireTool("certbot");
        CommandResult result = await Command.ToolAsync(
            "env", $"REQUESTS_CA_BUNDLE={authority.Trust}", "certbot", "certonly", "--non-interactive", "--agree-tos", "--register-unsafely-without-email",
            "--server", authority.Directory, "--config-dir", home, "--work-dir", home, "--logs-dir", home,
            "--dns-rfc2136", "--dns-rfc2136-credentials", credentials, "--dns-rfc2136-propagation-seconds", "0", "-d", "example.com", "-d", "*.example.com");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        await AssertCertifiedAsync(Path.Combine(home, "live", "example.com", "cert.pem"));
    }

    [Fact]
    public async Task Lego_WithPebble_GetsAWildcardAndLeavesNothing()
    {
        await using AcmeAuthority authority = await AcmeAuthority.StartAsync(Dns, fixture.Files);
        Command.RequireTool("lego");
        CommandResult result = await Command.ToolAsync(
            "env", $"LEGO_CA_CERTIFICATES={authority.Trust}", $"RFC2136_NAMESERVER={Dns}", "RFC2136_TSIG_KEY=acme.", "RFC2136_TSIG_ALGORITHM=hmac-sha256.",
            $"RFC2136_TSIG_SECRET={fixture.SecretOf("acme")}", "RFC2136_SEQUENCE_INTERVAL=0", "RFC2136_POLLING_INTERVAL=1",
            "lego", "--path", fixture.Files["lego"], "--server", authority.Directory, "--accept-tos", "--email", "a@example.com",
            "--dns", "rfc2136", "--dns.resolvers", Dns.ToString(), "--dns.disable-cp", "-d", "example.com", "-d", "*.example.com", "run");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        await AssertCertifiedAsync(Path.Combine(fixture.Files["lego"], "certificates", "example.com.crt"));
    }

    [Fact]
    public async Task Update_Acknowledged_SurvivesKill()
    {
        using Fixture own = new();
        await own.InitializeAsync();
        CommandResult added = await own.UpdateAsync("ops", "update add kept.example.com 60 A 192.0.2.77");
        Assert.Equal(0, added.ExitCode);
        await own.Server.StopAsync(Signal.Kill);
        await own.RestartAsync();
        Assert.Equal(["192.0.2.77"], (await Dig.AskAsync(own.Server.Dns, "kept.example.com", "A")).Data);
        await own.DisposeAsync();
    }

    private async Task AssertCertifiedAsync(string file)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        IEnumerable<string> names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames();
        Assert.Equal(["*.example.com", "example.com"], names.Order(StringComparer.Ordinal));
        Assert.Equal("NXDOMAIN", (await Dig.AskAsync(Dns, "_acme-challenge.example.com", "TXT")).Status);
    }

    /// <summary>A server from a store, with the keys <c>ops</c> and <c>acme</c>; <c>wrong</c> is ops with another secret.</summary>
    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        private readonly Dictionary<string, string> _secrets = new[] { "ops", "acme", "wrong", "nobody", "reader" }
            .ToDictionary(key => key, _ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

        /// <summary>More than go into one message.</summary>
        internal const int HostCount = 3000;

        internal TestDirectory Files { get; } = new();

        internal ServerProcess Server { get; private set; } = null!; // Set before any test runs.

        public async ValueTask InitializeAsync()
        {
            Files.Write("ops.key", SecretOf("ops"));
            Files.Write("reader.key", SecretOf("reader"));
            Files.Write("big.zone", string.Concat(Enumerable.Range(0, HostCount).Select(
                i => string.Create(CultureInfo.InvariantCulture, $"host{i} 300 A 10.0.{i / 256}.{i % 256}\n"))));
            Files.Write("acme.key", $"key \"acme\" {{\n\talgorithm hmac-sha256;\n\tsecret \"{SecretOf("acme")}\";\n}};\n");
            Files.Write("m.yaml", """
                listen: {dns: ["127.0.0.1:0"], http: "127.0.0.1:0"}
                update-keys:
                  ops: {secret-file: ops.key, allow: [{zones: [example.com], names: ["*"]}], transfer: [big.example]}
                  reader: {secret-file: reader.key, transfer: [example.com]}
                  acme: {secret-file: acme.key, allow: [{zones: [example.com], names: [_acme-challenge.*], types: [TXT]}]}
                pools:
                  web: {members: [{address: 192.0.2.80}]}
                policies:
                  www: {failover: [web]}
                zones:
                  example.com:
                    soa: {primary: ns1, contact: hostmaster@example.com}
                    owners: {"*": any}
                    records:
                      "@": {NS: [ns1]}
                      ns1: {A: 127.0.0.1}
                      www: {A: {steer: www}}
                      host: {A: 192.0.2.1}
                  big.example:
                    soa: {primary: ns1.example.com., contact: hostmaster@example.com}
                    file: big.zone
                    records:
                      "@": {NS: [ns1.example.com.]}
                      steered: {A: {steer: www}}
                """);
            await RestartAsync();
        }

        internal async Task RestartAsync() => Server = await ServerProcess.StartReadyAsync(Files["m.yaml"], store: Files["store"]);

        internal string SecretOf(string key) => _secrets[key];

        internal Task<CommandResult> UpdateAsync(string key, string commands, params string[] options)
        {
            string name = key == "wrong" ? "ops" : key;
            string script = Files.Write(
                Path.GetRandomFileName(), string.Create(CultureInfo.InvariantCulture, $"server 127.0.0.1 {Server.Dns.Port}\nzone example.com\n{commands}\nsend\n"));
            return Command.ToolAsync("nsupdate", [.. options, "-y", $"hmac-sha256:{name}:{SecretOf(key)}", script]);
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Dispose();
        }

        public void Dispose()
        {
            if (Directory.Exists(Files["."]))
            {
                Files.Dispose();
            }
        }
    }
}
