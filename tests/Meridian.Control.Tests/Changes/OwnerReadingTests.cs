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
    ];

    private const string Yaml =
        """
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
                if (reader.TryReadOwners(next, [.. changes.Select(change => change.Key)], basis) is { } owners)
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
            ("a", """{"A":"192.0.2.9"}""", true), ("new", """{"A":"192.0.2.9"}""", true), ("@", """{"NS":"ns1"}""", false),
            ("cut", """{"NS":"ns1"}""", false), ("sub", """{"A":"192.0.2.9"}""", false), ("to", """{"DNAME":"example.net."}""", false),
            ("A", """{"A":"192.0.2.9"}""", false), ("broken", "{", false),
        })
        {
            DocumentKey key = new(DocumentKinds.Records, $"example.com/{owner}");
            DocumentSet next = documents.With([DocumentChange.Put(key, DocumentBody.FromText(body))], 2);
            Assert.True(reader.TryReadOwners(next, [key], basis) is not null == isRead, $"{owner}: {body}");
        }
    }

    private static DocumentChange Change(Random random)
    {
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
