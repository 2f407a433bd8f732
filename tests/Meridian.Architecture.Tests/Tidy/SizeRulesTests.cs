namespace Meridian.Architecture.Tests.Tidy;

public sealed class SizeRulesTests
{
    [Theory]
    [InlineData(SizeRules.FileLinesMax, 0)]
    [InlineData(SizeRules.FileLinesMax + 1, 1)]
    public void CheckCode_FileLength_IsLimited(int lines, int violations) =>
        Assert.Equal(violations, SizeRules.CheckCode([File(string.Concat(Enumerable.Repeat("//\n", lines)))], []).Count());

    [Theory]
    [InlineData(SizeRules.MethodLinesMax, 0)]
    [InlineData(SizeRules.MethodLinesMax + 1, 1)]
    public void CheckCode_MethodLength_IsLimited(int lines, int violations) =>
        Assert.Equal(violations, SizeRules.CheckCode([File($"class A\n{{\n{Method(lines)}}}\n")], []).Count());

    [Fact]
    public void CheckCode_OverlongMethod_IsNamedWithItsLine() =>
        Assert.Equal("src/A.cs:3: M has 101 lines, more than 100: extract its steps; push ifs up and fors down.",
            Assert.Single(SizeRules.CheckCode([File($"class A\n{{\n{Method(101)}}}\n")], [])).ToString());

    [Fact]
    public void CheckCode_BracesInTextAndComments_DoNotEndAMethod()
    {
        string filler = """"
            string a = "}"; char b = '}'; // }
            string c = $"{(a is "}" ? "}}" : $"{b}")}"; /* } */
            string d = @"} ""}""";

            """";
        string raw = "string e = \"\"\"\n} }\n\"\"\";\n";
        string body = filler + raw + string.Concat(Enumerable.Repeat("_ = 1;\n", 93));

        Violation violation = Assert.Single(SizeRules.CheckCode([File($"class A {{\nvoid M()\n{{\n{body}}}\nvoid N() {{ }}\n}}\n")], []));

        Assert.Contains("M has 102 lines", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckCode_AttributesAndDocumentation_DoNotCount() =>
        Assert.Empty(SizeRules.CheckCode([File($"class A\n{{\n/// <summary>\n/// x\n/// </summary>\n[Obsolete]\n[Fact]\n{Method(100)}}}\n")], []));

    [Theory]
    [InlineData("class A { A() {\n#\n} }", "A has")]
    [InlineData("class A { int P { get {\n#\nreturn 1; } } }", "P.get has")]
    [InlineData("class A { int P =>\n#\n1; }", "P has")]
    [InlineData("class A { public static A operator +(A a, A b) {\n#\nreturn a; } }", "operator + has")]
    [InlineData("#", "top-level statements has")]
    public void CheckCode_EveryKindOfCode_IsMeasured(string template, string named)
    {
        string filler = template == "#"
            ? string.Concat(Enumerable.Repeat("System.GC.Collect();\n", 101))
            : string.Concat(Enumerable.Repeat("//\n", 101));
        Violation violation = Assert.Single(SizeRules.CheckCode([File(template.Replace("#", filler, StringComparison.Ordinal))], []));

        Assert.StartsWith(named, violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckCode_Exemption_CoversOnlyWhatItNames()
    {
        SourceFile file = File($"class A\n{{\n{Method(101)}{Method(101).Replace(" M(", " N(", StringComparison.Ordinal)}}}\n");

        Violation violation = Assert.Single(SizeRules.CheckCode([file], [new Exemption("src/A.cs", "M", "a table")]));

        Assert.StartsWith("N has", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckCode_ExemptionThatNobodyNeeds_IsBroken() =>
        Assert.Contains("no longer needed",
            Assert.Single(SizeRules.CheckCode([File("class A;\n")], [new Exemption("src/A.cs", null, "a table")])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void CheckCode_ExemptionWithoutReason_IsBroken() =>
        Assert.Contains("gives no reason",
            Assert.Single(SizeRules.CheckCode([File($"class A\n{{\n{Method(101)}}}\n")], [new Exemption("src/A.cs", "M", " ")])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void CheckLength_OverOneMebibyte_IsBroken()
    {
        Assert.Null(SizeRules.CheckLength("a.bin", SizeRules.FileLengthMax));
        Assert.NotNull(SizeRules.CheckLength("a.bin", SizeRules.FileLengthMax + 1));
    }

    private static SourceFile File(string text) => new("src/A.cs", text);

    private static string Method(int lines) => "void M()\n{\n" + string.Concat(Enumerable.Repeat("_ = 1;\n", lines - 3)) + "}\n";
}
