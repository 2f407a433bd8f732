namespace Meridian.Functional.Tests.Support;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TestDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-functional-");

    /// <summary>The path of something in it.</summary>
    public string this[string name] => Path.Combine(_directory.FullName, name);

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        // Replaced in one step, as editors and deployments do it: nobody reads half of it.
        string path = this[name];
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
