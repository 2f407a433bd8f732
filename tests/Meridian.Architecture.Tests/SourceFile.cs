using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Meridian.Architecture.Tests;

/// <summary>A text file as the rules see it: a path and a text, so that a rule can be shown a sample.</summary>
internal sealed class SourceFile
{
    private readonly Lazy<CompilationUnitSyntax> _syntax;

    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        _syntax = new Lazy<CompilationUnitSyntax>(Parse);
    }

    /// <summary>Relative to the repository's root, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    public string[] Lines => Text.Split('\n');

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsMarkdown => Path.EndsWith(".md", StringComparison.Ordinal);

    /// <summary>Product code, as opposed to tests, benchmarks and tools.</summary>
    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal);

    /// <summary>The syntax of a C# file.</summary>
    public CompilationUnitSyntax Syntax => _syntax.Value;

    /// <summary>The line that a position stands on, from 1.</summary>
    public int LineOf(int position) => Syntax.SyntaxTree.GetText().Lines.GetLinePosition(position).Line + 1;

    private CompilationUnitSyntax Parse()
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None);
        return SyntaxFactory.ParseSyntaxTree(SourceText.From(Text), options, Path).GetCompilationUnitRoot();
    }
}
