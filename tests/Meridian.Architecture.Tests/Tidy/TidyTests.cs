namespace Meridian.Architecture.Tests.Tidy;

/// <summary>The rules, held against this repository.</summary>
public sealed class TidyTests
{
    [Fact]
    public void Repository_FilesAndMethods_FitOnScreen() => Report.AssertNone(SizeRules.CheckCode(Repository.TextFiles, Exemption.All));

    [Fact]
    public void Repository_Files_AreSmall() =>
        Report.AssertNone(Repository.Paths.Select(path => SizeRules.CheckLength(path, Repository.LengthOf(path))).OfType<Violation>());

    [Fact]
    public void Repository_Code_HasNoRegions() => Report.AssertNone(Repository.TextFiles.SelectMany(CodeRules.CheckRegions));

    [Fact]
    public void Repository_Promises_HaveIssues() => Report.AssertNone(Repository.TextFiles.SelectMany(CodeRules.CheckPromises));

    [Fact]
    public void Repository_TypeNames_NameTheirJob() => Report.AssertNone(Repository.TextFiles.SelectMany(CodeRules.CheckTypeNames));

    [Fact]
    public void Repository_Text_HoldsNoMachinePaths() => Report.AssertNone(Repository.TextFiles.SelectMany(LeakRules.CheckMachinePaths));

    [Fact]
    public void Repository_PackageFiles_NamePublicRegistries() => Report.AssertNone(Repository.TextFiles.SelectMany(LeakRules.CheckRegistries));

    [Fact]
    public void Repository_Packages_AreRecorded() => Report.AssertNone(
        RecordRules.CheckDependencies(Repository.Read("Directory.Packages.props"), Repository.Read("docs/adr/0002-dependencies.md")));

    [Fact]
    public void Repository_PackageVersions_AreCentral() => Report.AssertNone(Repository.TextFiles.SelectMany(RecordRules.CheckVersions));

    [Fact]
    public void Repository_Metrics_AreDocumented() => Report.AssertNone(RecordRules.CheckMetrics(Repository.TextFiles));

    [Fact]
    public void Repository_DocumentLinks_LeadSomewhere() =>
        Report.AssertNone(Repository.TextFiles.SelectMany(file => RecordRules.CheckLinks(file, path => Path.Exists(Path.Combine(Repository.Root, path)))));

    [Fact]
    public void Repository_Listing_SeesSourcesAndNoBuildOutput()
    {
        Assert.Contains("Makefile", Repository.Paths);
        Assert.Contains("src/Meridian.Host/Program.cs", Repository.Paths);
        Assert.DoesNotContain(Repository.Paths, path => path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal));
    }
}
