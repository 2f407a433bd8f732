using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Meridian.Engine.Model;

namespace Meridian.Host.Tests.Commands;

/// <summary>
/// The pages of docs/steering: their examples run, and print what the pages say. With MERIDIAN_WRITE_DOCS=1 the output is
/// written into them instead.
/// </summary>
public sealed partial class SteeringPageTests
{
    private const string Prompt = "$ meridian ";
    private const string FileName = "meridian.yaml";

    private static string Directory { get; } = Path.Combine(RepositoryRoot(), "docs", "steering");

    public static TheoryData<string> Nodes => [.. typeof(SteeringNode).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(SteeringNode)) && type != typeof(PoolNode) && type != typeof(PolicyNode))
        .Select(type => type.Name[..^"Node".Length].ToLowerInvariant())];

    [Theory]
    [MemberData(nameof(Nodes))]
    public async Task Page_OfANode_PrintsWhatItSays(string node)
    {
        string path = Path.Combine(Directory, node + ".md");
        Assert.True(File.Exists(path), $"there is no page for the node '{node}'");
        string page = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        string rendered = await RenderAsync(page);
        if (Environment.GetEnvironmentVariable("MERIDIAN_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(path, rendered, TestContext.Current.CancellationToken);
        }
        else
        {
            Assert.Equal(WithoutDraws(rendered), WithoutDraws(page));
        }
        Assert.Contains("## At the edges", page, StringComparison.Ordinal);
        Assert.Contains($"{node}", rendered[rendered.IndexOf("```console", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    private static async Task<string> RenderAsync(string page)
    {
        DirectoryInfo work = System.IO.Directory.CreateTempSubdirectory("meridian-page-");
        try
        {
            foreach (Match file in FileBlock().Matches(page))
            {
                await File.WriteAllTextAsync(Path.Combine(work.FullName, file.Groups[1].Value), file.Groups[2].Value, TestContext.Current.CancellationToken);
            }
            StringBuilder rendered = new();
            int position = 0;
            foreach (Match block in ConsoleBlock().Matches(page))
            {
                string command = block.Groups[1].Value;
                string[] arguments = [.. command[Prompt.Length..].Split(' ').Select(word => word == FileName ? Path.Combine(work.FullName, word) : word)];
                CommandRun run = await CommandRun.RunAsync(arguments);
                Assert.True(run.ExitCode == 0, $"{command}\n{run.Error}");
                rendered.Append(page, position, block.Index - position);
                rendered.Append("```console\n").Append(command).Append('\n').Append(run.Output.ReplaceLineEndings("\n").TrimEnd('\n')).Append("\n```");
                position = block.Index + block.Length;
            }
            return rendered.Append(page, position, page.Length - position).ToString();
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Draws are keyed by the digest of the whole configuration: what they come to, and the order of an answer, is another one
    /// as soon as configurations get another key. Everything else is compared as it is.
    /// </summary>
    private static string WithoutDraws(string page) => AddressList().Replace(
        RecordLines().Replace(DrawnNumber().Replace(page, "drew N"), lines => string.Concat(lines.Value.Split('\n').Order(StringComparer.Ordinal).Select(line => line + "\n"))),
        list => string.Join(", ", list.Value.Split(", ").Order(StringComparer.Ordinal)));

    private static string RepositoryRoot([CallerFilePath] string thisFile = "")
    {
        DirectoryInfo? directory = new FileInfo(thisFile).Directory;
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Meridian.slnx")))
        {
            directory = directory.Parent;
        }
        return directory?.FullName ?? throw new InvalidOperationException("the repository's root is above the sources of the tests");
    }

    [GeneratedRegex("```(?:yaml|text) (\\S+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FileBlock();

    [GeneratedRegex("```console\n(\\$ meridian [^\n]+)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ConsoleBlock();

    [GeneratedRegex("drew [0-9.]+")]
    private static partial Regex DrawnNumber();

    [GeneratedRegex("(?:  answer     [^\n]+\n){2,}")]
    private static partial Regex RecordLines();

    [GeneratedRegex("[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+(?:, [0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)+")]
    private static partial Regex AddressList();
}
