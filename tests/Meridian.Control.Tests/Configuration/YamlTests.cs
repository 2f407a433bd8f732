using System.Text;
using Meridian.Control.Configuration;

namespace Meridian.Control.Tests.Configuration;

/// <summary>The document layer: syntax, limits, aliases, several files.</summary>
public sealed class YamlTests
{
    [Theory]
    [InlineData("listen: {dns: [\nsites:\n  eu: {}\n", "1:9: error: this is not valid YAML: the bracket that is opened here is not closed, or something inside it is malformed")]
    [InlineData("a:\n  - b\n c: 1", "3:2: error: this is not valid YAML: While parsing a block mapping, did not find expected key")]
    [InlineData("a: \"\\q\"", "1:4: error: this is not valid YAML: While scanning a quoted scalar, found unknown escape character")]
    public void Load_SyntaxError_IsAnErrorAtItsPlace(string document, string expected) =>
        Assert.Equal([$"m.yaml:{expected}"], TestFiles.Errors(TestFiles.Load(document)));

    [Fact]
    public void Load_DuplicateKey_NamesBothPlaces() =>
        Assert.Equal(
            ["m.yaml:3:3: error: the key 'eu' is here twice; it was first given at m.yaml:2:3"],
            TestFiles.Errors(TestFiles.Load("sites:\n  eu: {}\n  eu: {}\n")));

    [Theory]
    [InlineData("a: *x", "nothing is anchored as '&x' above")]
    [InlineData("a: &x [*x]", "'*x' stands inside the value that it names")]
    [InlineData("a: !!binary QUJD", "tags have no meaning here")]
    [InlineData("sites: {}\n---\nsites: {}\n", "a file holds one document")]
    [InlineData("x: &b {y: 1}\nsites: {<<: *b}", "merge keys ('<<') are not read")]
    [InlineData("? [a]\n: 1", "a key must be a text, not a list")]
    [InlineData("- a", "expected a map with keys such as listen, pools, zones; found a list")]
    public void Load_UnsupportedYaml_SaysSo(string document, string expected) =>
        Assert.Contains(TestFiles.Load(document).Errors, error => error.Message.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Load_Alias_StandsForItsValue()
    {
        LoadResult result = TestFiles.Load("pools:\n  a: &p {members: [{address: 192.0.2.1}]}\n  b: *p\nzones: {}\n");
        Assert.Empty(result.Errors);
        Assert.Equal("192.0.2.1", result.Model?.Pools["b"].Members[0].Target);
    }

    [Fact]
    public void Load_MistakeInAnchoredValue_IsReportedOncePerUseWithOnePosition()
    {
        LoadResult result = TestFiles.Load("pools:\n  a: &p {membrs: 1}\n  b: *p\n");
        Assert.All(result.Errors, error => Assert.Equal(2, error.Line));
    }

    [Fact]
    public void Load_BillionLaughs_IsRefusedQuickly()
    {
        StringBuilder document = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++)
        {
            string items = string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10));
            document.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{items}]\n");
        }
        LoadResult result = TestFiles.Load(document.ToString());
        Assert.Contains(result.Errors, error => error.Message.Contains("aliases counted in full", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Load_DeepNesting_IsRefused(char bracket)
    {
        LoadResult result = TestFiles.Load("a: " + new string(bracket, 20_000));
        Assert.Contains(result.Errors, error => error.Message.Contains("nested deeper than 64 levels", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_NotUtf8_IsAnError()
    {
        MemoryConfigurationFiles files = new(
            System.Collections.Immutable.ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("m.yaml", new byte[] { (byte)'a', (byte)'\n', 0xFF }), "m.yaml");
        LoadResult result = new ConfigurationLoader(files, TestFiles.Options).Load("m.yaml");
        Assert.Equal(["m.yaml:1:1: error: the file 'm.yaml' is not UTF-8 text: see its line 2"], TestFiles.Errors(result));
    }

    [Fact]
    public void Load_FileTooLong_IsAnError()
    {
        ConfigurationLoaderOptions options = TestFiles.Options with { Limits = new ConfigurationLimits { MaxFileLength = 1024 } };
        MemoryConfigurationFiles files = TestFiles.Files("m.yaml", ("m.yaml", new string('#', 1025)));
        LoadResult result = new ConfigurationLoader(files, options).Load("m.yaml");
        Assert.Equal(["m.yaml:1:1: error: the file 'm.yaml' is longer than 1024 octets"], TestFiles.Errors(result));
    }

    [Fact]
    public void Load_MissingFile_IsAnErrorAndStillWatched()
    {
        LoadResult result = TestFiles.LoadAll("m.yaml", ("other.yaml", ""));
        Assert.Equal(["m.yaml:1:1: error: there is no file 'm.yaml'"], TestFiles.Errors(result));
        Assert.Equal(["m.yaml"], result.Files);
    }

    [Fact]
    public void Load_EmptyDocument_IsAModelWithAWarning()
    {
        LoadResult result = TestFiles.Load("# nothing yet\n");
        Assert.NotNull(result.Model);
        Assert.Equal("there are no zones: every query will be refused", Assert.Single(result.Warnings).Message);
    }

    [Fact]
    public void Load_Directory_MergesSectionsInNameOrder()
    {
        LoadResult result = TestFiles.LoadAll(
            "conf",
            ("conf/20-us.yml", "pools: {us: {members: [{address: 192.0.2.2}]}}"),
            ("conf/10-eu.yaml", "pools: {eu: {members: [{address: 192.0.2.1}]}}\npolicies: {w: {failover: [eu, us]}}"),
            ("conf/notes.txt", "not read: ["));
        Assert.Empty(TestFiles.Errors(result));
        Assert.Equal(["conf/10-eu.yaml", "conf/20-us.yml"], result.Files);
        Assert.Equal(["eu", "us"], result.Model?.Pools.Keys);
    }

    [Fact]
    public void Load_DirectoryWithDuplicates_NamesBothPlaces()
    {
        LoadResult result = TestFiles.LoadAll(
            "conf",
            ("conf/a.yaml", "warm-up: 1s\npools: {eu: {members: [{address: 192.0.2.1}]}}"),
            ("conf/b.yaml", "warm-up: 2s\npools: {eu: {members: [{address: 192.0.2.2}]}}"));
        Assert.Equal(
            [
                "conf/b.yaml:1:1: error: the key 'warm-up' is given twice; it was first given at conf/a.yaml:1:1",
                "conf/b.yaml:2:9: error: the key 'eu' is given twice; it was first given at conf/a.yaml:2:9",
            ],
            TestFiles.Errors(result));
    }

    [Fact]
    public void Load_OneBrokenFileOfADirectory_ReportsNoDanglingNames()
    {
        LoadResult result = TestFiles.LoadAll(
            "conf", ("conf/a.yaml", "pools: {eu: {members: ["), ("conf/b.yaml", "policies: {w: {failover: [eu, us], ttl: 5}}"));
        Assert.Equal(2, result.Errors.Length);
        Assert.Equal("conf/a.yaml", result.Errors[0].File);
        Assert.Contains("a duration needs a unit", result.Errors[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyDirectory_IsAnError() =>
        WithDirectory(directory =>
        {
            LoadResult result = new ConfigurationLoader(new DiskConfigurationFiles(), TestFiles.Options).Load(directory);
            Assert.Equal([$"{directory}:1:1: error: the directory has no *.yaml or *.yml files"], TestFiles.Errors(result));
        });

    [Fact]
    public void Load_FromDisk_ReadsFilesBesideEachOther() =>
        WithDirectory(directory =>
        {
            File.WriteAllText(Path.Combine(directory, "a.yaml"), "zones: {example.com: {file: e.zone}}");
            File.WriteAllText(Path.Combine(directory, ".b.yaml.swp"), "[");
            File.WriteAllText(Path.Combine(directory, ".c.yaml"), "[");
            File.WriteAllText(Path.Combine(directory, "e.zone"), "@ 60 SOA ns1 h 1 7200 900 1209600 60\n@ 60 NS ns1\nns1 60 A 192.0.2.53\n");
            LoadResult result = new ConfigurationLoader(new DiskConfigurationFiles(), TestFiles.Options).Load(directory);
            Assert.Empty(TestFiles.Errors(result));
            Assert.Equal(["a.yaml", "e.zone"], result.Files.Select(Path.GetFileName));
        });

    private static void WithDirectory(Action<string> test)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("meridian-");
        try
        {
            test(directory.FullName);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
