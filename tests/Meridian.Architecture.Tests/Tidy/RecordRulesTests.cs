namespace Meridian.Architecture.Tests.Tidy;

public sealed class RecordRulesTests
{
    private const string Packages = """<Project><ItemGroup><PackageVersion Include="A" Version="1.0.0" /></ItemGroup></Project>""";

    [Fact]
    public void CheckDependencies_RecordedPackage_IsAllowed() =>
        Assert.Empty(RecordRules.CheckDependencies(Packages, "| package | reason | licence | alternative |\n|---|---|---|---|\n| `A` | it parses | MIT | by hand |\n"));

    [Fact]
    public void CheckDependencies_PackageWithoutLine_IsBroken() =>
        Assert.Contains("package A has no line", Assert.Single(RecordRules.CheckDependencies(Packages, "nothing")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("| `A` | it parses | MIT | by hand |\n| `B` | it is gone | MIT | none |")]
    [InlineData("| `A` | it parses | | by hand |")]
    [InlineData("| `A` | it parses |")]
    public void CheckDependencies_StaleOrIncompleteLine_IsBroken(string record) =>
        Assert.Single(RecordRules.CheckDependencies(Packages, record));

    [Theory]
    [InlineData("""<PackageReference Include="A" />""", 0)]
    [InlineData("""<PackageReference Include="A" Version="1.0.0" />""", 1)]
    [InlineData("""<PackageReference Include="A" VersionOverride="1.0.0" />""", 1)]
    public void CheckVersions_VersionInAProject_IsBroken(string reference, int violations) =>
        Assert.Equal(violations, RecordRules.CheckVersions(
            new SourceFile("src/Meridian.Health/Meridian.Health.csproj", $"<Project><ItemGroup>{reference}</ItemGroup></Project>")).Count());

    [Theory]
    [InlineData("class A { string N => \"meridian_dns_queries_total\"; }", 1)]
    [InlineData("class A { string N => \"meridian_dns_known_total\"; }", 0)]
    [InlineData("class A { void M(Meter m) => m.CreateCounter<long>(\"meridian.dns.queries\", \"{query}\"); }", 1)]
    [InlineData("class A { void M() => Count(\"meridian.dns.queries\"); }", 1)]
    [InlineData("class A { string N => \"meridian.yaml\"; /* \"meridian_dns_queries_total\" */ }", 0)]
    public void CheckMetrics_UndocumentedName_IsBroken(string code, int violations)
    {
        SourceFile[] files =
        [
            new("docs/operations/metrics-dns.md", "| `meridian_dns_known_total{transport}` | queries |"),
            new("src/Meridian.Server/A.cs", code),
        ];

        Assert.Equal(violations, RecordRules.CheckMetrics(files).Count());
    }

    [Theory]
    [InlineData("[a](other.md)", 0)]
    [InlineData("[a](../README.md#start) and [b](adr/0001.md)", 0)]
    [InlineData("[a](#here), [b](https://example.test/), [c](mailto:a@example.test)", 0)]
    [InlineData("`[a](gone.md)`\n```\n[a](gone.md)\n```", 0)]
    [InlineData("[a](gone.md)", 1)]
    [InlineData("x\n[a](other.md) [b](../gone.md#start \"title\")", 1)]
    public void CheckLinks_TargetThatIsNotThere_IsBroken(string text, int violations)
    {
        string[] present = ["docs/other.md", "README.md", "docs/adr/0001.md"];

        Assert.Equal(violations, RecordRules.CheckLinks(new SourceFile("docs/guide.md", text), present.Contains).Count());
    }
}
