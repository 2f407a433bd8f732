using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Meridian.Architecture.Tests.Tidy;

/// <summary>Files, methods and blobs that have become too large to read.</summary>
internal static class SizeRules
{
    /// <summary>Lines of a C# file. The aim is 200; a file of three times that has more than one job.</summary>
    public const int FileLinesMax = 600;

    /// <summary>Lines of a method with its signature. The aim is 70, one screen.</summary>
    public const int MethodLinesMax = 100;

    /// <summary>Octets of any file. Data of this size is fetched at build time from a lock file, not committed.</summary>
    public const long FileLengthMax = 1024 * 1024;

    /// <summary>Judges all files together, so that an exemption that nobody needs can be told.</summary>
    public static IEnumerable<Violation> CheckCode(IEnumerable<SourceFile> files, IReadOnlyList<Exemption> exemptions)
    {
        var used = new HashSet<Exemption>();
        var violations = new List<Violation>();
        foreach ((Violation violation, string? member) in files.Where(file => file.IsCSharp).SelectMany(Measure))
        {
            Exemption? exemption = exemptions.FirstOrDefault(entry => entry.Path == violation.Path && entry.Member == member);
            if (exemption is null)
            {
                violations.Add(violation);
            }
            else
            {
                used.Add(exemption);
            }
        }
        violations.AddRange(exemptions.Except(used).Select(entry => new Violation(entry.Path, 0,
            $"the exemption for {entry.Member ?? "its length"} is no longer needed: take it off the list.")));
        violations.AddRange(exemptions.Where(entry => string.IsNullOrWhiteSpace(entry.Reason)).Select(entry => new Violation(entry.Path, 0,
            $"the exemption for {entry.Member ?? "its length"} gives no reason.")));
        return violations;
    }

    public static Violation? CheckLength(string path, long length) => length <= FileLengthMax ? null : new Violation(path, 0,
        $"has {length} octets, more than {FileLengthMax}: fetch it at build time from a lock file, or generate it.");

    private static IEnumerable<(Violation Violation, string? Member)> Measure(SourceFile file)
    {
        // A trailing line feed ends the last line, it does not begin another one.
        int lines = file.Lines.Length - (file.Text.EndsWith('\n') ? 1 : 0);
        if (lines > FileLinesMax)
        {
            yield return (new Violation(file.Path, 0, $"has {lines} lines, more than {FileLinesMax}: split it by job."), null);
        }
        foreach ((string name, int first, int count) in MeasureMembers(file))
        {
            if (count > MethodLinesMax)
            {
                yield return (new Violation(file.Path, first, $"{name} has {count} lines, more than {MethodLinesMax}: "
                    + "extract its steps; push ifs up and fors down."), name);
            }
        }
    }

    private static IEnumerable<(string Name, int FirstLine, int LineCount)> MeasureMembers(SourceFile file)
    {
        foreach (SyntaxNode node in file.Syntax.DescendantNodes())
        {
            if (NameOf(node) is not { } name)
            {
                continue;
            }
            FileLinePositionSpan span = node.SyntaxTree.GetLineSpan(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(StartOf(node), node.Span.End));
            yield return (name, span.StartLinePosition.Line + 1, span.EndLinePosition.Line - span.StartLinePosition.Line + 1);
        }
        GlobalStatementSyntax[] statements = [.. file.Syntax.Members.OfType<GlobalStatementSyntax>()];
        if (statements.Length > 0)
        {
            int first = file.LineOf(statements[0].SpanStart);
            yield return ("top-level statements", first, file.LineOf(statements[^1].Span.End) - first + 1);
        }
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
        DestructorDeclarationSyntax finalizer => "~" + finalizer.Identifier.ValueText,
        OperatorDeclarationSyntax @operator => "operator " + @operator.OperatorToken.ValueText,
        ConversionOperatorDeclarationSyntax conversion => "operator " + conversion.Type,
        LocalFunctionStatementSyntax local => local.Identifier.ValueText,
        AccessorDeclarationSyntax accessor => OwnerOf(accessor) + "." + accessor.Keyword.ValueText,
        PropertyDeclarationSyntax { ExpressionBody: not null } property => property.Identifier.ValueText,
        IndexerDeclarationSyntax { ExpressionBody: not null } => "this[]",
        _ => null,
    };

    private static string OwnerOf(AccessorDeclarationSyntax accessor) => accessor.Parent?.Parent switch
    {
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        EventDeclarationSyntax @event => @event.Identifier.ValueText,
        _ => "this[]",
    };

    // Attributes and documentation are not what makes a method long.
    private static int StartOf(SyntaxNode node)
    {
        foreach (SyntaxNodeOrToken child in node.ChildNodesAndTokens())
        {
            if (!child.IsKind(SyntaxKind.AttributeList))
            {
                return child.SpanStart;
            }
        }
        return node.SpanStart;
    }
}
