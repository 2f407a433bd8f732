using System.Globalization;
using System.Text;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>An input that a target failed on.</summary>
internal sealed class FuzzCrash(string target, byte[] input, Exception exception)
{
    private const int FramesInSlug = 3;

    /// <summary>The same for failures at the same place: target, kind of failure, and a hash of where.</summary>
    public string Slug { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{target}-{exception.GetType().Name.ToLowerInvariant()}-{HashOf(exception):x8}");

    /// <summary>
    /// Writes a directory that the regression tests replay: the input, and what it is for.
    /// </summary>
    /// <param name="regressions">tests/regressions of a checkout.</param>
    public string Write(string regressions)
    {
        string directory = Path.Combine(regressions, Slug);
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(Path.Combine(directory, "input.bin"), input);
        File.WriteAllText(Path.Combine(directory, "case.txt"), $"target: {target}\nnote: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}\n");
        return directory;
    }

    public override string ToString() => $"{Slug}: {Convert.ToHexString(input)}\n{exception}";

    private static uint HashOf(Exception exception)
    {
        // The innermost frames: line numbers and addresses change with every edit, names seldom.
        IEnumerable<string> frames = (exception.StackTrace ?? "").Split('\n').Take(FramesInSlug).Select(frame => frame.Split(" in ")[0].Trim());
        uint hash = 2166136261;
        foreach (byte octet in Encoding.UTF8.GetBytes(string.Concat(frames) + (exception as FuzzFailureException)?.Message))
        {
            hash = (hash ^ octet) * 16777619;
        }
        return hash;
    }
}
