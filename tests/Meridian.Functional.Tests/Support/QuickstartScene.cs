namespace Meridian.Functional.Tests.Support;

/// <summary>
/// The quickstart's own configuration, as it is shipped, over backends of this process: only ports are replaced, and the
/// pace of the health checks, so that tests need not wait as long as people may.
/// </summary>
internal sealed class QuickstartScene : IDisposable
{
    /// <summary>The pace of the checks here; the limits of the issue are counted from it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>The example's fall and rise.</summary>
    public const int Threshold = 2;

    /// <summary>The time by which a change of health must be in the answers.</summary>
    public static readonly TimeSpan Promise = Interval * Threshold + TimeSpan.FromSeconds(1);

    private readonly TestDirectory _directory = new();

    public QuickstartScene(string more = "")
    {
        Text = Compose() + more;
        Path = _directory.Write("meridian.yaml", Text);
    }

    public Backend[] Eu { get; } = [new("127.0.1.1"), new("127.0.1.2")];

    public Backend[] Us { get; } = [new("127.0.2.1"), new("127.0.2.2")];

    /// <summary>The configuration as it was written at first.</summary>
    public string Text { get; }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>A state directory for it.</summary>
    public string State => _directory["state"];

    /// <summary>A store for it.</summary>
    public string Store => _directory["store"];

    public void Rewrite(string text) => _directory.Write("meridian.yaml", text);

    public string WriteFile(string name, string text) => _directory.Write(name, text);

    public string WriteFile(string name, byte[] content) => _directory.Write(name, content);

    public void Dispose()
    {
        foreach (Backend backend in Eu.Concat(Us))
        {
            backend.Dispose();
        }
        _directory.Dispose();
    }

    /// <summary>Replaces a part that must be there.</summary>
    public static string Replace(string text, string part, string by)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, by, StringComparison.Ordinal);
    }

    private string Compose()
    {
        // The Host's project copies its example beside the executable.
        string text = File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "examples/quickstart/meridian.yaml"));
        text = Replace(text, "127.0.0.1:5300", "127.0.0.1:0");
        text = Replace(text, "127.0.0.1:8053", "127.0.0.1:0");
        text = Replace(text, "interval: 2s", $"interval: {Interval.TotalMilliseconds:0}ms");
        text = Replace(text, "timeout: 1s", "timeout: 400ms");
        Assert.Contains($"rise: {Threshold}", text, StringComparison.Ordinal);
        Assert.Contains($"fall: {Threshold}", text, StringComparison.Ordinal);
        return Eu.Concat(Us).Aggregate(text, (current, backend) => Replace(
            current, $"{{address: {backend.Address.Address}}}", $"{{address: {backend.Address.Address}, port: {backend.Address.Port}}}"));
    }
}
