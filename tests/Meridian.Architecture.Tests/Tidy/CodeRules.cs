using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Meridian.Architecture.Tests.Tidy;

/// <summary>Habits that the compiler's analyzers do not know.</summary>
internal static partial class CodeRules
{
    private static readonly string[] ForbiddenWords = ["Manager", "Helper", "Utils", "Util", "Utilities"];

    /// <summary>No regions: a file that needs folding has too many jobs.</summary>
    public static IEnumerable<Violation> CheckRegions(SourceFile file) => !file.IsCSharp ? [] :
        file.Syntax.DescendantTrivia()
            .Where(trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
            .Select(trivia => new Violation(file.Path, file.LineOf(trivia.SpanStart), "uses a region: split the file instead."));

    /// <summary>No promise without an issue that holds it: <c>TODO(#12)</c>.</summary>
    public static IEnumerable<Violation> CheckPromises(SourceFile file) => !file.IsCSharp ? [] :
        file.Syntax.DescendantTrivia(descendIntoTrivia: true)
            .Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)
                || trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia))
            .Where(trivia => PromiseWithoutIssue().IsMatch(trivia.ToString()))
            .Select(trivia => new Violation(file.Path, file.LineOf(trivia.SpanStart), "promises work without an issue: write TODO(#number), or do it."));

    /// <summary>Types are named for what they are, not for where leftovers go.</summary>
    public static IEnumerable<Violation> CheckTypeNames(SourceFile file)
    {
        if (!file.IsCSharp)
        {
            yield break;
        }
        foreach (SyntaxNode node in file.Syntax.DescendantNodes())
        {
            SyntaxToken name = node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier,
                DelegateDeclarationSyntax @delegate => @delegate.Identifier,
                _ => default,
            };
            if (ForbiddenWords.FirstOrDefault(word => HasWord(name.ValueText, word)) is { } forbidden)
            {
                yield return new Violation(file.Path, file.LineOf(name.SpanStart),
                    $"the type {name.ValueText} is named {forbidden}: name the one job it has.");
            }
        }
    }

    // A word of a PascalCase name: followed by its end, a plural or the next capital letter.
    private static bool HasWord(string name, string word)
    {
        for (int at = name.IndexOf(word, StringComparison.Ordinal); at >= 0; at = name.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            string rest = name[(at + word.Length)..];
            string afterPlural = rest.StartsWith('s') ? rest[1..] : rest;
            if (afterPlural.Length == 0 || !char.IsLower(afterPlural[0]))
            {
                return true;
            }
        }
        return false;
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b(?!\(#[0-9]+\))", RegexOptions.CultureInvariant)]
    private static partial Regex PromiseWithoutIssue();
}
