namespace Meridian.Architecture.Tests.Tidy;

public sealed class CodeRulesTests
{
    [Fact]
    public void CheckRegions_Region_IsBroken() =>
        Assert.Equal(2, Assert.Single(CodeRules.CheckRegions(File("class A {\n#region x\n#endregion\n}"))).Line);

    [Fact]
    public void CheckRegions_WordInText_IsAllowed() => Assert.Empty(CodeRules.CheckRegions(File("class A { string S => \"#region\"; }")));

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("/* FIXME */")]
    [InlineData("/// <summary>HACK</summary>")]
    [InlineData("// TODO(someone)")]
    public void CheckPromises_WithoutIssue_IsBroken(string comment) => Assert.Single(CodeRules.CheckPromises(File($"{comment}\nclass A;")));

    [Theory]
    [InlineData("// TODO(#12): the rest of RFC 2136")]
    [InlineData("// nothing is left to do")]
    public void CheckPromises_WithIssueOrNone_IsAllowed(string comment) => Assert.Empty(CodeRules.CheckPromises(File($"{comment}\nclass A;")));

    [Theory]
    [InlineData("class ZoneManager;")]
    [InlineData("static class DnsHelpers { }")]
    [InlineData("class A { struct Utils { } }")]
    [InlineData("interface IHelperFactory;")]
    [InlineData("enum ManagerKind { A }")]
    [InlineData("delegate void HelperCallback();")]
    public void CheckTypeNames_ForbiddenWord_IsBroken(string text) => Assert.Single(CodeRules.CheckTypeNames(File(text)));

    [Theory]
    [InlineData("class Managers2Go { } class Utilisation { } class Manageress { }", 1)]
    [InlineData("class A { void HelperMethod() { } int Utils; }", 0)]
    public void CheckTypeNames_OnlyWholeWordsOfTypes_AreBroken(string text, int violations) =>
        Assert.Equal(violations, CodeRules.CheckTypeNames(File(text)).Count());

    private static SourceFile File(string text) => new("src/A.cs", text);
}
