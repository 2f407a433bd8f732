using System.Xml.Linq;

namespace Meridian.Architecture.Tests.References;

/// <summary>What a project file refers to.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Projects">Names of the projects it references.</param>
/// <param name="Packages">Names of the packages it references itself; the analyzers of Directory.Build.props are not among them.</param>
/// <param name="Frameworks">Shared frameworks besides the base one.</param>
internal sealed record ProjectFile(
    string Path,
    IReadOnlyList<string> Projects,
    IReadOnlyList<string> Packages,
    IReadOnlyList<string> Frameworks)
{
    /// <summary>The project's name: its file's, without extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal);

    public static ProjectFile Parse(string path, string text)
    {
        XDocument document = XDocument.Parse(text);
        return new ProjectFile(
            path,
            [.. Includes(document, "ProjectReference").Select(NameOfPath)],
            [.. Includes(document, "PackageReference")],
            [.. Includes(document, "FrameworkReference"), .. ImpliedFrameworks(document)]);
    }

    private static IEnumerable<string> Includes(XDocument document, string element) =>
        document.Descendants()
            .Where(item => item.Name.LocalName == element)
            .Select(item => (string?)item.Attribute("Include"))
            .OfType<string>();

    // The web SDK brings ASP.NET without saying so in a reference.
    private static IEnumerable<string> ImpliedFrameworks(XDocument document) =>
        (string?)document.Root?.Attribute("Sdk") is "Microsoft.NET.Sdk.Web" or "Microsoft.NET.Sdk.Razor"
            ? ["Microsoft.AspNetCore.App"]
            : [];

    private static string NameOfPath(string include) =>
        System.IO.Path.GetFileNameWithoutExtension(include.Replace('\\', '/').Split('/')[^1]);
}
