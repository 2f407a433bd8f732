using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration;

namespace Meridian.Control.Tests.Configuration;

/// <summary>The reference documentation is what the code says.</summary>
public sealed partial class ReferenceTests
{
    /// <summary>Set to 1, it makes the test write the document instead of comparing it.</summary>
    private const string WriteVariable = "MERIDIAN_WRITE_DOCS";

    [Fact]
    public void Render_ComparedWithDocs_IsUpToDate()
    {
        string path = Path.Combine(RepositoryRoot(), "docs", "configuration.md");
        string rendered = ConfigurationReference.Render();
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
            File.WriteAllText(path, rendered);
        }
        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == rendered,
            $"docs/configuration.md is out of date: run these tests once with {WriteVariable}=1 and commit the result");
    }

    [Fact]
    public void Render_Defaults_AreThoseOfTheModel()
    {
        string rendered = ConfigurationReference.Render();
        Assert.Contains("| `interval` | a duration, 100ms to 1h | `10s` |", rendered, StringComparison.Ordinal);
        Assert.Contains("| `udp-payload-size` | a whole number, 512 to 4096 | `1232` |", rendered, StringComparison.Ordinal);
        Assert.Contains("| `type` | one of http, https, tcp, tls, dns, grpc, icmp, script, push, prometheus, calculated | **required** |", rendered, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Examples_HaveNoUnknownKeysOrBadValues()
    {
        string[] complete = [.. YamlBlock().Matches(ConfigurationReference.Render())
            .Select(match => match.Groups[1].Value)
            .Where(example => TopLevel().IsMatch(example))];
        Assert.True(complete.Length >= 7);
        foreach (string example in complete)
        {
            // Examples show one section each, so what they refer to is not in them.
            IEnumerable<ConfigurationError> errors = TestFiles.Load(example).Errors
                .Where(error => !error.Message.StartsWith("there is no ", StringComparison.Ordinal));
            Assert.Empty(errors.Select(error => $"{example}\n{error}"));
        }
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "")
    {
        DirectoryInfo? directory = new FileInfo(thisFile).Directory;
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Meridian.slnx")))
        {
            directory = directory.Parent;
        }
        return directory?.FullName ?? throw new InvalidOperationException("the repository's root is above the sources of the tests");
    }

    [GeneratedRegex("```yaml\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("^(listen|answering|geo|breaker|sites|monitors|pools|policies|zones):")]
    private static partial Regex TopLevel();
}
