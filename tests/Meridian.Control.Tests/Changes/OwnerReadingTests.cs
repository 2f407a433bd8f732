using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Control.Tests.Configuration;

namespace Meridian.Control.Tests.Changes;

/// <summary>Reading the owners that a change touches, against reading everything.</summary>
public sealed class OwnerReadingTests
{
    private static readonly string[] Owners = ["a", "b", "c.a", "sub", "x.sub", "ns.sub", "red", "y.red", "*.w", "mail", "ns1", "@"];

    private static readonly string[] Bodies =
    [
        """{"A": "192.0.2.7"}""",
        """{"A": ["192.0.2.7", "192.0.2.8"], "TXT": {"data": "x", "ttl": "1h"}, "ttl": "30s"}""",
        """{"A": ["192.0.2.7", "192.0.2.7"]}""",
        """{"CNAME": "a"}""",
        """{"CNAME": "a", "A": "192.0.2.1"}""",
        """{"MX": "10 b"}""",
        """{"NS": ["ns.sub", "ns1"]}""",
        """{"NS": "ns1"}""",
        """{"DNAME": "other.example."}""",
        """{"A": {"steer": "www"}, "AAAA": {"steer": "www", "ttl": "20s"}}""",
        """{"A": {"steer": "nobody"}}""",
        """{"CNAME": {"steer": "www"}}""",
        """{"SRV": "1 1 443 a", "TYPE65400": "\\# 1 00"}""",
        """{"BAD": "x"}""",
        """[1]""",
        """{"A": "nowhere"}""",
        """{"NS": ["ns1"], "A": "192.0.2.5", "TXT": "apex"}""",
        """{"NS": ["ns1"], "MX": "10 mail", "AAAA": "2001:db8::1"}""",
        """{"A": {"alias": {"to": "a.example.com."}}}""",
        """{"A": {"alias": {"to": "c.a.example.com.", "evaluate-health": true}}}""",
        """{"A": {"sets": {"x": {"weight": 1, "ttl": "60s", "values": ["192.0.2.9"]}, "y": {"weight": 2, "alias": {"to": "b.example.com."}}}}}""",
        """{"A": {"sets": {"x": {"weight": 1, "ttl": "60s", "values": ["192.0.2.9"], "health": "hc"}}}}""",
    ];

    private static readonly string[] Heads =
    [
        """{"soa": {"primary": "ns1", "contact": "hostmaster@example.com"}}""",
        """{"soa": {"primary": "ns1", "contact": "other@example.com", "negative-ttl": "9s"}, "second-person": true}""",
        """{"soa": {"primary": "ns1", "contact": "hostmaster@example.com"}, "ttl": "5m"}""",
        """{"soa": {"primary": "ns1", "contact": "hostmaster@example.com"}, "ttl": "7m"}""",
        """{"soa": {"primary": "ns1", "contact": "hostmaster@example.com"}, "route53": {"id": "Z1", "comment": "x"}}""",
        """{"soa": {"primary": "ns1", "contact": "hostmaster@example.com"}, "owners": {"*": "route53"}}""",
        """{"soa": {"primary": "ns1"}}""",
        """{"unknown": 1}""",
    ];

    private const string Yaml =
        """
        monitors: {hc: {type: tcp, target: 192.0.2.99, port: 80}}
        pools: {us: {members: [{address: 192.0.2.1}]}}
        policies: {www: {failover: [us]}}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records: {"@": {NS: [ns1], MX: "10 mail"}, ns1: {A: 192.0.2.53}, a: {A: 192.0.2.3}, "c.a": {TXT: c}, sub: {NS: ns.sub}, ns.sub: {A: 192.0.2.4}, red: {DNAME: example.net.}}
          example.net:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records: {"@": {NS: ns1.example.com.}}

        """;

    [Fact]
    public void ReadOwners_RandomChanges_SameModelAndErrorsAsReadingEverything() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            Random random = new(seed);
            DocumentReader reader = CreateReader();
            DocumentSet documents = DocumentSet.Empty.With(ConfigurationImport.ToDocuments(TestFiles.Load(Yaml)), 1);
            LoadResult basis = reader.Read(documents).Loaded;
            for (int step = 2; step < 40; step++)
            {
                DocumentChange[] changes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Change(random)).DistinctBy(change => change.Key)];
                DocumentSet next = documents.With(changes, step);
                DocumentReading whole = reader.Read(next);
                if (reader.TryReadParts(next, [.. changes.Select(change => change.Key)], basis, documents) is { } owners)
                {
                    Assert.Equal(whole.Errors, owners.Errors);
                    Assert.Equal(whole.Model is null, owners.Model is null);
                    Assert.Subset(whole.Warnings.Select(Text).ToHashSet(), owners.Warnings.Select(Text).ToHashSet());
                    if (owners.Model is not null)
                    {
                        Assert.Equal(ModelDigest.Compute(whole.Model!), ModelDigest.Compute(owners.Model));
                        basis = owners.Loaded;
                    }
                }
                else if (whole.Model is not null)
                {
                    basis = whole.Loaded;
                }
                documents = whole.Model is null ? documents : next;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261120, 1));

    [Fact]
    public void ReadOwners_OfWhatDecidesAboutOtherNames_IsLeftToTheWholeZone()
    {
        DocumentReader reader = CreateReader();
        DocumentSet documents = DocumentSet.Empty.With(ConfigurationImport.ToDocuments(TestFiles.Load(Yaml)), 1);
        LoadResult basis = reader.Read(documents).Loaded;
        foreach ((string owner, string body, bool isRead) in new[]
        {
            ("a", """{"A":"192.0.2.9"}""", true), ("new", """{"A":"192.0.2.9"}""", true), ("@", """{"NS":"ns1"}""", false), ("@", """{"NS":["ns1"],"A":"192.0.2.9"}""", true), ("@", """{"NS":["ns1"],"DNAME":"example.net."}""", false), ("@", """{"A":"192.0.2.9"}""", false),
            ("cut", """{"NS":"ns1"}""", false), ("sub", """{"A":"192.0.2.9"}""", false), ("to", """{"DNAME":"example.net."}""", false),
            ("A", """{"A":"192.0.2.9"}""", false), ("broken", "{", false),
        })
        {
            DocumentKey key = new(DocumentKinds.Records, $"example.com/{owner}");
            DocumentSet next = documents.With([DocumentChange.Put(key, DocumentBody.FromText(body))], 2);
            Assert.True(reader.TryReadParts(next, [key], basis, documents) is not null == isRead, $"{owner}: {body}");
        }
    }

    [Fact]
    public void ReadParts_RecordsThatNoAliasLeadsTo_LeavePoliciesAndPoolsAsTheyAre()
    {
        DocumentReader reader = CreateReader();
        DocumentSet documents = DocumentSet.Empty.With(
        [
            .. ConfigurationImport.ToDocuments(TestFiles.Load(Yaml)),
            DocumentChange.Put(
                new DocumentKey(DocumentKinds.Records, "example.com/x"),
                DocumentBody.FromText("""{"A": {"sets": {"one": {"weight": 1, "values": ["192.0.2.9"]}, "two": {"weight": 1, "alias": {"to": "a.example.com."}}}}}""")),
        ], 1);
        LoadResult basis = reader.Read(documents).Loaded;
        foreach ((string owner, bool isShared) in new[] { ("new", true), ("c.a", true), ("a", false), ("x", false) })
        {
            DocumentKey key = new(DocumentKinds.Records, $"example.com/{owner}");
            DocumentSet next = documents.With([DocumentChange.Put(key, DocumentBody.FromText("""{"A":"192.0.2.77"}"""))], 2);
            LoadResult read = Assert.IsType<DocumentReading>(reader.TryReadParts(next, [key], basis, documents)).Loaded;
            Assert.Equal(isShared, ReferenceEquals(basis.Model!.Pools, read.Model!.Pools)); // Both were read.
        }
    }

    private static DocumentChange Change(Random random)
    {
        if (random.Next(6) == 0)
        {
            DocumentKey zone = new(DocumentKinds.Zone, random.Next(3) == 0 ? "example.net" : "example.com");
            return DocumentChange.Put(zone, DocumentBody.FromText(Heads[random.Next(Heads.Length)].Replace("Z1", $"Z1{zone.Name}", StringComparison.Ordinal)));
        }
        DocumentKey key = new(DocumentKinds.Records, $"{(random.Next(8) == 0 ? "example.net" : "example.com")}/{Owners[random.Next(Owners.Length)]}");
        return random.Next(5) == 0 ? DocumentChange.Delete(key) : DocumentChange.Put(key, DocumentBody.FromText(Bodies[random.Next(Bodies.Length)]));
    }

    /// <summary>Without the place inside another document that a warning points to: what is not read has none.</summary>
    private static string Text(Meridian.Control.Changes.ChangeError error) => Regex.Replace(error.ToString(), @":\d+:\d+", "", RegexOptions.CultureInvariant);

    private static DocumentReader CreateReader()
    {
        ConfigurationLoaderOptions options = ConfigurationCompiler.LoaderOptions(TimeProvider.System);
        return new DocumentReader(new ConfigurationLoader(TestFiles.Files("/x", ("/x", "")), options), options.Limits);
    }
}
