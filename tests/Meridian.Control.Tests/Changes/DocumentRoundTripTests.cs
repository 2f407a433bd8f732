using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Tests.Configuration;

namespace Meridian.Control.Tests.Changes;

public sealed class DocumentRoundTripTests
{
    [Fact]
    public void Import_RandomConfigurations_MeanWhatTheFilesMean() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            LoadResult loaded = SampleConfiguration.Load(SampleConfiguration.Create(seed));
            Assert.Empty(loaded.Errors);
            DocumentReading reading = Read(ConfigurationImport.ToDocuments(loaded));
            Assert.Empty(reading.Errors);
            Assert.Equal(loaded.Digest, ModelDigest.Compute(reading.Model!));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261120, 1));

    [Fact]
    public void Export_RandomConfigurations_AppliedAgainIsNoChange() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            ImmutableArray<DocumentChange> documents = ConfigurationImport.ToDocuments(SampleConfiguration.Load(SampleConfiguration.Create(seed)));
            string yaml = Export(documents);
            LoadResult exported = TestFiles.LoadAll("/e.yaml", ("/e.yaml", yaml));
            Assert.Empty(exported.Errors);
            ImmutableArray<DocumentChange> again = ConfigurationImport.ToDocuments(exported);
            Assert.Equal(documents.Select(Text), again.Select(Text));
            Assert.Equal(yaml, Export(again));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261120, 1));

    [Fact]
    public void Import_FilesOfSecrets_AreNamedByAbsolutePaths()
    {
        LoadResult loaded = TestFiles.LoadAll(
            "/etc/m/m.yaml",
            ("/etc/m/m.yaml", "vantage-points: {us: {token-file: us.token}}\nlisten: {votes: {address: \"127.0.0.1:8443\", certificate: votes.pem}}\nzones: {}\n"),
            ("/etc/m/us.token", "a-token-that-is-long-enough-for-it"));

        Assert.Empty(loaded.Errors);
        string documents = string.Join('\n', ConfigurationImport.ToDocuments(loaded).Select(Text));
        Assert.Contains("/etc/m/us.token", documents, StringComparison.Ordinal);
        Assert.Contains("/etc/m/votes.pem", documents, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_EveryExample_AppliedAgainIsNoChange()
    {
        string examples = Path.Combine(FindRepository(), "examples");
        string[] files = Directory.GetFiles(examples, "*.yaml", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            LoadResult loaded = new ConfigurationLoader(new DiskConfigurationFiles(), Meridian.Control.Publishing.ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load(file);
            if (loaded.Model is null)
            {
                // A part of a directory, which is loaded as a whole.
                continue;
            }
            ImmutableArray<DocumentChange> documents = ConfigurationImport.ToDocuments(loaded);
            string yaml = Export(documents);
            LoadResult exported = new ConfigurationLoader(
                TestFiles.Files("/e.yaml", ("/e.yaml", yaml)), Meridian.Control.Publishing.ConfigurationCompiler.LoaderOptions(TimeProvider.System)).Load("/e.yaml");
            Assert.True(exported.Model is not null, $"{file}: {string.Join('\n', exported.Errors)}\n{yaml}");
            Assert.Equal(documents.Select(Text), ConfigurationImport.ToDocuments(exported).Select(Text));
        }
    }

    [Fact]
    public void Read_WrongValue_NamesDocumentAndPointer()
    {
        DocumentReading reading = Read(
        [
            Put("zone", "example.com", """{"soa":{"primary":"ns1","contact":"h@example.com"}}"""),
            Put("records", "example.com/@", """{"NS":["ns1"]}"""),
            Put("records", "example.com/ns1", """{"A":"192.0.2.1"}"""),
            Put("records", "example.com/www", """{"A":["192.0.2.1","192.0.2.999"],"ttl":"60s"}"""),
            Put("pool", "web", """{"members":[{"address":"192.0.2.1","wieght":3}]}"""),
            Put("records", "example.net/www", """{"A":"192.0.2.1"}"""),
        ]);
        Assert.Equal(
        [
            "pool web#/members/0/wieght: unknown key 'wieght' in pools.<name>.members[] (did you mean 'weight'?)",
            "records example.com/www#/A/1: '192.0.2.999' is not the data of a record of type A: A address: '192.0.2.999' is not an IPv4 address such as 192.0.2.1",
            "records example.net/www: there is no zone 'example.net': put the document zone/example.net too, or first",
        ],
        reading.Errors.Select(error => error.ToString()));
    }

    private static DocumentChange Put(string kind, string name, string body) => DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText(body));

    private static string Text(DocumentChange change) => $"{change.Key} {change.Body}";

    private static DocumentReading Read(ImmutableArray<DocumentChange> changes)
    {
        DocumentReader reader = new(new ConfigurationLoader(TestFiles.Files("/", []), TestFiles.Options), new ConfigurationLimits());
        return reader.Read(DocumentSet.Empty.With(changes, 1));
    }

    private static string Export(ImmutableArray<DocumentChange> changes)
    {
        DocumentAssembler assembler = new(new ConfigurationLimits());
        foreach (DocumentChange change in changes)
        {
            assembler.Add(change.Key, change.Body!.Value.Utf8);
        }
        return YamlText.Write(assembler.ToTree());
    }

    private static string FindRepository()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Meridian.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("not in a repository");
        }
        return directory;
    }
}
