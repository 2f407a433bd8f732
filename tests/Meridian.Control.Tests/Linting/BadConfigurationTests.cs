using Meridian.Control.Configuration;
using Meridian.Control.Linting;
using Meridian.Control.Publishing;
using Meridian.Control.Tests.Publishing;
using Meridian.Engine.Geo;

namespace Meridian.Control.Tests.Linting;

/// <summary>The directory of deliberately bad configurations, tests/lint: each breaks the rule that it is named after, and no other.</summary>
public sealed class BadConfigurationTests
{
    private const string RefusedPrefix = "refused-";

    private static string Directory { get; } = Path.Combine(Repository(), "tests", "lint");

    public static TheoryData<string> Rules => [.. Names().Where(name => !name.StartsWith(RefusedPrefix, StringComparison.Ordinal))];

    public static TheoryData<string> Refused => [.. Names().Where(name => name.StartsWith(RefusedPrefix, StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Lint_BadConfiguration_FindsItsRuleAndNoOther(string rule)
    {
        string path = Path.Combine(Directory, rule + ".yaml");
        PlaceDatabaseCache databases = new(TestDatabase.Path);
        LoadResult loaded = new ConfigurationCompiler(databases).Check(
            new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System)), path);
        Assert.NotNull(loaded.Model);
        LintReport report = Linter.Lint(loaded, Assert.IsType<PlaceDatabase>(databases.TryGet(loaded.Model.Geo, out _)));
        TestContext.Current.TestOutputHelper?.WriteLine(LintOutput.ToText(report));
        Assert.Equal([rule], report.Findings.Select(located => located.Finding.Rule.Id).Distinct());
        Assert.All(report.Findings, located => Assert.True(located.Position.Line > 1));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Check_WhatIsNoConfiguration_IsRefusedBeforeLint(string name)
    {
        LoadResult loaded = new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System))
            .Load(Path.Combine(Directory, name + ".yaml"));
        Assert.Null(loaded.Model);
        Assert.Contains(loaded.Errors, error => error.Message.Contains("CNAME", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_EachOfThem_HasABadConfiguration() =>
        Assert.Equal(LintRule.All.Select(rule => rule.Id).Order(StringComparer.Ordinal), Rules.Select(row => row.Data).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Names() => System.IO.Directory.EnumerateFiles(Directory, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path));

    private static string Repository()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Meridian.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests run from within the repository");
        }
        return directory;
    }
}
