using System.Net;
using System.Text.Json;
using Meridian.Control.Configuration;
using Meridian.Control.Linting;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Linting;

/// <summary>One bad configuration for each rule, and a good one that breaks none.</summary>
public sealed class LinterTests
{
    private static readonly PlaceDatabase Places = PlaceDatabase.Empty.WithOverrides(
    [
        new GeoOverrideModel(IPNetwork.Parse("193.0.0.0/16"), new PlaceKey(PlaceKind.Country, "NL"), null),
        new GeoOverrideModel(IPNetwork.Parse("200.160.0.0/20"), new PlaceKey(PlaceKind.Country, "BR"), null),
    ]);

    [Theory]
    [InlineData("no-default", "p: {ttl: 60s, geo: {EU: a}}", "p: A", "200.160.0.0/20 (Brazil)")]
    [InlineData("no-default", "p: {ttl: 60s, network: {10.0.0.0/8: a}}", "p: A", null)]
    [InlineData("unreachable", "p: {ttl: 60s, geo: {JP: a, default: b}}", "p: A", null)]
    [InlineData("unreachable", "p: {ttl: 60s, pool: a}\n  q: {pool: b}", "p: A", null)]
    [InlineData("no-spare", "p: {ttl: 60s, pool: needy}", "p: A", null)]
    [InlineData("fallback-in-tree", "p: {ttl: 60s, when-all-down: {pool: b}, failover: [a, b]}", "p: A", null)]
    [InlineData("never-drawn", "p: {ttl: 60s, weighted: {a: 0, blind: 1}}", "p: A", null)]
    [InlineData("shadowed-network", "p: {ttl: 60s, network: {10.0.0.0/8: a, 10.0.0.0/9: b, 10.128.0.0/9: b, default: a}}", "p: A", "10.0.0.0")]
    [InlineData("redundant-network", "p: {ttl: 60s, network: {10.0.0.0/8: a, 10.1.0.0/16: a, default: b}}", "p: A", "10.1.0.0")]
    [InlineData("failover-blind", "p: {ttl: 60s, failover: [blind, b]}", "p: A", null)]
    [InlineData("monitor-unused", "p: {ttl: 60s, pool: a}", "p: A", null)]
    [InlineData("ttl-long", "p: {ttl: 2h, pool: a}", "p: A", null)]
    [InlineData("ttl-short", "p: {ttl: 5s, pool: a}", "p: A", null)]
    [InlineData("same-site", "p: {ttl: 60s, failover: [a, needy]}", "p: A", null)]
    [InlineData("families-differ", "p: {ttl: 60s, pool: a}\n  q: {ttl: 60s, pool: b}", "p: A, q: AAAA", null)]
    [InlineData("draw-not-sticky", "p: {ttl: 60s, weighted: {a: 1, b: 1}}", "p: A, p: AAAA", null)]
    [InlineData("negative-ttl-long", "p: {ttl: 30s, pool: a}", "p: A", null)]
    [InlineData("answer-large", "p: {ttl: 60s, pool: crowd}", "p: A", null)]
    [InlineData("one-site", "p: {ttl: 60s, multivalue: [a, needy]}", "p: A", null)]
    public void Lint_BadConfiguration_FindsItsRule(string rule, string policies, string records, string? client)
    {
        LintReport report = Lint(Document(policies, records));
        LocatedFinding located = Assert.Single(report.Findings.Where(found => found.Finding.Rule.Id == rule).DistinctBy(found => found.Finding.Rule.Id));
        Assert.Contains(report.Findings, found => found.Finding.Rule.Id == rule && (client is null || found.Finding.Client == client));
        Assert.True(located.Position.Line > 1, "a finding has its place in the file");
    }

    [Fact]
    public void Lint_StaticHints_AreFound()
    {
        string document = Document("p: {ttl: 60s, pool: a}", "p: A").Replace(
            "A: {steer: p}", "A: {steer: p}, HTTPS: [\"1 . ipv4hint=192.0.2.1\"]", StringComparison.Ordinal);
        Assert.Contains(Lint(document).Findings, found => found.Finding.Rule.Id == "static-hints");
    }

    [Fact]
    public void Lint_GoodPolicy_BreaksNoRuleAboutPolicies()
    {
        LintReport report = Lint(Document("p: {ttl: 60s, geo: {EU: {failover: [a, b]}, default: {weighted: {a: 1, b: 1}, sticky: client}}}", "p: A, p: AAAA"));
        Assert.DoesNotContain(report.Findings, found => found.Finding.Path.StartsWith("policies/", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Findings, found => found.Finding.Path.StartsWith("zones/", StringComparison.Ordinal));
    }

    [Fact]
    public void Lint_Silence_HidesOneFindingAndSaysWhenItHidesNone()
    {
        string document = Document("p: {ttl: 2h, pool: a}", "p: A");
        LintReport silenced = Lint(document + "\nlint: {silence: [{rule: ttl-long, at: zones, reason: never fails over}]}\n");
        Assert.DoesNotContain(silenced.Findings, found => found.Finding.Rule.Id == "ttl-long");
        Assert.Equal(1, silenced.SilencedCount);
        LintReport elsewhere = Lint(document + "\nlint: {silence: [{rule: ttl-long, at: policies/q, reason: never fails over}]}\n");
        Assert.Contains(elsewhere.Findings, found => found.Finding.Rule.Id == "ttl-long");
        Assert.Contains(elsewhere.Findings, found => found.Finding.Rule.Id == "silence-unused");
    }

    [Fact]
    public void Load_SilenceWithoutReasonOrOfNoRule_IsAnError()
    {
        string document = Document("p: {pool: a}", "p: A");
        Assert.Contains(
            TestFiles.Errors(TestFiles.Load(document + "\nlint: {silence: [{rule: ttl-lung, reason: x}]}\n")),
            error => error.Contains("did you mean 'ttl-long'?", StringComparison.Ordinal));
        Assert.Contains(
            TestFiles.Errors(TestFiles.Load(document + "\nlint: {silence: [{rule: ttl-long}]}\n")),
            error => error.Contains("the key 'reason' is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Output_Sarif_NamesRuleLevelAndPlace()
    {
        LintReport report = Lint(Document("p: {ttl: 2h, pool: a}", "p: A"));
        using JsonDocument sarif = JsonDocument.Parse(LintOutput.ToSarif(report, "1.0"));
        JsonElement run = sarif.RootElement.GetProperty("runs")[0];
        Assert.Equal(LintRule.All.Length, run.GetProperty("tool").GetProperty("driver").GetProperty("rules").GetArrayLength());
        JsonElement result = run.GetProperty("results").EnumerateArray().Single(found => found.GetProperty("ruleId").GetString() == "ttl-long");
        Assert.Equal("error", result.GetProperty("level").GetString());
        Assert.Equal("m.yaml", result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Contains("[ttl-long]", LintOutput.ToText(report), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(LintOutput.ToJson(report));
        Assert.Equal(report.Findings.Length, json.RootElement.GetProperty("findings").GetArrayLength());
    }

    private static LintReport Lint(string document)
    {
        LoadResult loaded = TestFiles.Load(document);
        Assert.Empty(TestFiles.Errors(loaded));
        return Linter.Lint(loaded, Places);
    }

    private static string Document(string policies, string records)
    {
        string crowd = string.Join(", ", Enumerable.Range(1, 90).Select(host => $"{{address: 198.51.100.{host}}}"));
        string steered = string.Join(", ", records.Split(", ").Select(record => record.Split(": ")).Select(pair => $"{pair[1]}: {{steer: {pair[0]}}}"));
        return $$$"""
            sites: {eu: {}, us: {}}
            monitors: {web: {type: http}, idle: {type: http}}
            pools:
              a: {site: eu, monitor: web, members: [{address: 192.0.2.1}, {address: "2001:db8::1"}]}
              b: {site: us, monitor: web, members: [{address: 192.0.2.2}, {address: "2001:db8::2"}]}
              needy: {site: eu, monitor: web, min-healthy: 2, members: [{address: 192.0.2.3}, {address: 192.0.2.4}]}
              blind: {members: [{address: 192.0.2.5}]}
              crowd: {site: us, monitor: web, members: [{{{crowd}}}]}
            policies:
              {{{policies}}}
            zones:
              example.com:
                soa: {primary: ns1, contact: h@example.com, negative-ttl: 60s}
                records:
                  "@": {NS: [ns1]}
                  ns1: {A: 192.0.2.53}
                  www: { {{{steered}}} }
            """;
    }
}
