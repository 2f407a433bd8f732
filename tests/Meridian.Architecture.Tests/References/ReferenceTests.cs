using Meridian.Architecture.Tests.Tidy;

namespace Meridian.Architecture.Tests.References;

public sealed class ReferenceTests
{
    [Fact]
    public void Repository_ProjectReferences_PointOneWay()
    {
        ProjectFile[] projects = [.. Repository.TextFiles
            .Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(file => ProjectFile.Parse(file.Path, file.Text))];

        Assert.Contains(projects, project => project.Name == "Meridian.Host");
        Assert.Contains(projects, project => project.Name == "Meridian.Dns");
        Report.AssertNone(projects.SelectMany(ReferenceRules.Check));
    }

    [Fact]
    public void Repository_PureProjects_UseNoSocketsClocksOrFiles() =>
        Report.AssertNone(PurityRules.CheckAll(Repository.TextFiles, PurityRules.Exemptions));

    [Fact]
    public void Check_EngineReferencesServer_SaysWhereTheCodeBelongs()
    {
        Violation violation = Assert.Single(ReferenceRules.Check(Project("Meridian.Engine", "../Meridian.Server/Meridian.Server.csproj")));

        Assert.Contains("Meridian.Engine may not reference Meridian.Server", violation.Message, StringComparison.Ordinal);
        Assert.Contains("belongs in Meridian.Engine", violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Meridian.Dns", "Meridian.Engine")]
    [InlineData("Meridian.Engine", "Meridian.Health")]
    [InlineData("Meridian.Engine", "Meridian.Control")]
    [InlineData("Meridian.Server", "Meridian.Health")]
    [InlineData("Meridian.Server", "Meridian.Control")]
    [InlineData("Meridian.Health", "Meridian.Server")]
    [InlineData("Meridian.Health", "Meridian.Control")]
    [InlineData("Meridian.Control", "Meridian.Server")]
    [InlineData("Meridian.Control", "Meridian.Cluster")]
    [InlineData("Meridian.Simulation", "Meridian.Control")]
    [InlineData("Meridian.Control", "Meridian.Host")]
    public void Check_ReferenceAgainstTheDirection_IsBroken(string project, string reference) =>
        Assert.Single(ReferenceRules.Check(Project(project, $"../{reference}/{reference}.csproj")));

    [Theory]
    [InlineData("Meridian.Engine", "Meridian.Dns")]
    [InlineData("Meridian.Control", "Meridian.Health")]
    [InlineData("Meridian.Cluster", "Meridian.Control")]
    [InlineData("Meridian.Host", "Meridian.Cluster")]
    public void Check_ReferenceAlongTheDirection_IsAllowed(string project, string reference) =>
        Assert.Empty(ReferenceRules.Check(Project(project, $"../{reference}/{reference}.csproj")));

    [Fact]
    public void Check_UnknownSourceProject_AsksForItsReason() =>
        Assert.Contains("needs a dependency reason", Assert.Single(ReferenceRules.Check(Project("Meridian.Common"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Check_PackageInTheProtocolLibrary_IsBroken()
    {
        ProjectFile project = ProjectFile.Parse("src/Meridian.Dns/Meridian.Dns.csproj",
            """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Npgsql" /></ItemGroup></Project>""");

        Assert.Contains("package Npgsql", Assert.Single(ReferenceRules.Check(project)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup></Project>""")]
    [InlineData("""<Project Sdk="Microsoft.NET.Sdk.Web" />""")]
    public void Check_AspNetInTheDataPlane_IsBroken(string text) =>
        Assert.Contains("Microsoft.AspNetCore.App",
            Assert.Single(ReferenceRules.Check(ProjectFile.Parse("src/Meridian.Server/Meridian.Server.csproj", text))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Check_TestProjectReferencesCluster_IsBrokenUnlessItTestsTheWhole()
    {
        Assert.Single(ReferenceRules.Check(Project("Meridian.Engine.Tests", "../../src/Meridian.Cluster/Meridian.Cluster.csproj", "tests")));
        Assert.Empty(ReferenceRules.Check(Project("Meridian.Functional.Tests", "../../src/Meridian.Cluster/Meridian.Cluster.csproj", "tests")));
    }

    [Theory]
    [InlineData("class A { Socket? _socket; }", "Socket")]
    [InlineData("class A { System.Net.Sockets.Socket? _socket; }", "Socket")]
    [InlineData("class A { string M() => File.ReadAllText(\"x\"); }", "File.ReadAllText")]
    [InlineData("class A { void M() => Console.WriteLine(); }", "Console")]
    [InlineData("class A { long T => TimeProvider.System.GetTimestamp(); }", "TimeProvider.System")]
    public void Check_ImpureEngineCode_IsBroken(string text, string named) =>
        Assert.Contains(named, Assert.Single(CheckEngineFile(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("using System.Net.Sockets; class A { AddressFamily F => AddressFamily.InterNetwork; }")]
    [InlineData("class A { A(TimeProvider time) { } }")]
    [InlineData("class A { string? File { get; init; } bool M() => File is null; int N(A a) => a.File.Length; }")]
    [InlineData("namespace Meridian.Engine.Socket; class A { string S => \"Socket\"; /* Socket */ }")]
    public void Check_WordsThatOnlyLookImpure_AreAllowed(string text) =>
        Assert.Empty(CheckEngineFile(text));

    [Fact]
    public void Check_Exemption_CoversOneWordOfOneFileAndMustBeNeeded()
    {
        Exemption[] exemptions = [new("src/Meridian.Engine/A.cs", "Console", "a sample"), new("src/Meridian.Engine/A.cs", "Thread", "a sample")];

        Violation[] found = [.. CheckEngineFile("class A { void M() => Console.WriteLine(); Socket? _s; }", exemptions)];

        Assert.Equal(2, found.Length);
        Assert.Contains(found, violation => violation.Message.Contains("uses Socket", StringComparison.Ordinal));
        Assert.Contains(found, violation => violation.Message.Contains("exemption for Thread is no longer needed", StringComparison.Ordinal));
    }

    private static IEnumerable<Violation> CheckEngineFile(string text, params Exemption[] exemptions) =>
        PurityRules.CheckAll([new SourceFile("src/Meridian.Engine/A.cs", text)], exemptions);

    private static ProjectFile Project(string name, string? reference = null, string folder = "src")
    {
        string item = reference is null ? "" : $"""<ItemGroup><ProjectReference Include="{reference}" /></ItemGroup>""";
        return ProjectFile.Parse($"{folder}/{name}/{name}.csproj", $"""<Project Sdk="Microsoft.NET.Sdk">{item}</Project>""");
    }
}
