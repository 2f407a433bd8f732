namespace Meridian.Architecture.Tests.Tidy;

public sealed class LeakRulesTests
{
    // Put together here, so that this file passes the rule that it tests.
    private const string Root = "/" + "root/";

    [Theory]
    [InlineData("See " + Root + "notes.md", 1)]
    [InlineData("path=\"" + Root + "x\"", 1)]
    [InlineData("/" + "work/main and /" + "home/ana/src", 2)]
    [InlineData("src/work/a.cs, $DIR/work/, ~/root/ and https://example.test/root/", 0)]
    public void CheckMachinePaths_AbsolutePath_IsBroken(string text, int violations) =>
        Assert.Equal(violations, LeakRules.CheckMachinePaths(new SourceFile("README.md", text)).Count());

    [Theory]
    [InlineData("geo/package-lock.json", "https://registry.npmjs.org/a/-/a-1.0.0.tgz", 0)]
    [InlineData("geo/package-lock.json", "https://github.com/sponsors/a", 0)]
    [InlineData("geo/package-lock.json", "http://npm.corp.example:4873/a/-/a-1.0.0.tgz", 1)]
    [InlineData("geo/package-lock.json", "https://registry.npmjs.org.corp.example/a", 1)]
    [InlineData("NuGet.config", "https://nuget.corp.example/v3/index.json", 1)]
    [InlineData("docs/guide.md", "https://nuget.corp.example/v3/index.json", 0)]
    public void CheckRegistries_PrivateHostInAPackageFile_IsBroken(string path, string url, int violations) =>
        Assert.Equal(violations, LeakRules.CheckRegistries(new SourceFile(path, $"\"resolved\": \"{url}\"")).Count());
}
