using Meridian.Architecture.Tests.Tidy;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Meridian.Architecture.Tests.References;

/// <summary>
/// Dns and Engine are pure: no sockets, clocks of their own, files, threads or consoles. Project files cannot say so, because these
/// are in the base library; the syntax can.
/// </summary>
internal static class PurityRules
{
    private static readonly string[] PureProjects = ["src/Meridian.Dns/", "src/Meridian.Engine/"];

    private static readonly Dictionary<string, string> Forbidden = new(StringComparer.Ordinal)
    {
        ["Socket"] = "sockets belong in Meridian.Server",
        ["UdpClient"] = "sockets belong in Meridian.Server",
        ["TcpClient"] = "sockets belong in Meridian.Server",
        ["TcpListener"] = "sockets belong in Meridian.Server",
        ["HttpClient"] = "probes belong in Meridian.Health",
        ["FileStream"] = "take the bytes; Meridian.Control reads files",
        ["Stopwatch"] = "take the time as an argument",
        ["Thread"] = "threads belong in Meridian.Server",
        ["Timer"] = "timers belong in Meridian.Health and Meridian.Control",
        ["Console"] = "output belongs in Meridian.Host",
        ["Process"] = "processes belong in Meridian.Host",
        ["ILogger"] = "report by value; the caller logs",
    };

    // Only their static members count: the first three are also good names for properties, and a clock that is handed in
    // is the caller's.
    private static readonly string[] ForbiddenStatics = ["File", "Directory", "Environment", "TimeProvider"];

    /// <summary>Where a forbidden word does no harm; the member of each entry is the word. One that is no longer needed fails.</summary>
    public static IReadOnlyList<Exemption> Exemptions { get; } =
    [
        new("src/Meridian.Engine/Snapshot/DataPlane.cs", "TimeProvider",
            "a frozen data plane needs some clock to be made, and never reads it: only writing does, and nothing writes to it"),
    ];

    public static IEnumerable<Violation> CheckAll(IEnumerable<SourceFile> files, IReadOnlyList<Exemption> exemptions)
    {
        (Violation Violation, string Word)[] found = [.. files.SelectMany(Find)];
        bool IsExempt((Violation Violation, string Word) item) =>
            exemptions.Any(entry => entry.Path == item.Violation.Path && entry.Member == item.Word);
        IEnumerable<Violation> unneeded = exemptions
            .Where(entry => !found.Any(item => item.Violation.Path == entry.Path && item.Word == entry.Member))
            .Select(entry => new Violation(entry.Path, 0, $"the exemption for {entry.Member} is no longer needed: take it off the list."));
        return [.. found.Where(item => !IsExempt(item)).Select(item => item.Violation), .. unneeded];
    }

    private static IEnumerable<(Violation Violation, string Word)> Find(SourceFile file)
    {
        if (!file.IsCSharp || !PureProjects.Any(project => file.Path.StartsWith(project, StringComparison.Ordinal)))
        {
            yield break;
        }
        foreach (IdentifierNameSyntax name in file.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            string word = name.Identifier.ValueText;
            if (IsRightOfDot(name))
            {
                continue;
            }
            if (Forbidden.TryGetValue(word, out string? instead))
            {
                yield return (new Violation(file.Path, file.LineOf(name.SpanStart), $"uses {word}, but this project is pure: {instead}."), word);
            }
            else if (ForbiddenStatics.Contains(word) && name.Parent is MemberAccessExpressionSyntax access && access.Expression == name
                && (access.Parent is InvocationExpressionSyntax || word == "TimeProvider"))
            {
                yield return (new Violation(file.Path, file.LineOf(name.SpanStart),
                    $"uses {access}, but this project is pure: take what it returns as an argument."), word);
            }
        }
    }

    private static bool IsRightOfDot(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Name == name,
        QualifiedNameSyntax qualified => qualified.Right == name && !IsTypeUse(qualified),
        MemberBindingExpressionSyntax => true,
        NameColonSyntax or NameEqualsSyntax => true,
        _ => false,
    };

    // A qualified type (System.Net.Sockets.Socket) is a use; a namespace in a using or namespace line is none.
    private static bool IsTypeUse(QualifiedNameSyntax name) =>
        name.Parent is not (UsingDirectiveSyntax or QualifiedNameSyntax or BaseNamespaceDeclarationSyntax);
}
