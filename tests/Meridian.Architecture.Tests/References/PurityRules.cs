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

    public static IEnumerable<Violation> Check(SourceFile file)
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
                yield return new Violation(file.Path, file.LineOf(name.SpanStart), $"uses {word}, but this project is pure: {instead}.");
            }
            else if (ForbiddenStatics.Contains(word) && name.Parent is MemberAccessExpressionSyntax access && access.Expression == name
                && (access.Parent is InvocationExpressionSyntax || word == "TimeProvider"))
            {
                yield return new Violation(file.Path, file.LineOf(name.SpanStart),
                    $"uses {access}, but this project is pure: take what it returns as an argument.");
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
