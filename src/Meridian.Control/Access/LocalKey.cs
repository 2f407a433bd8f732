using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Control.Access;

/// <summary>
/// A key of this run, in a file that only the server's own user can read: whoever reads it may do everything, as they could
/// by replacing the server. So commands on the server's own machine need no token, in particular not the one that was lost.
/// The file is named after the port, and is gone when the server has ended.
/// </summary>
public sealed class LocalKey : IDisposable
{
    private const int KeyBytes = 32;
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersCanWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly byte[] _hash;

    private LocalKey(string path, byte[] hash)
    {
        Path = path;
        _hash = hash;
    }

    /// <summary>Where the key is.</summary>
    public string Path { get; }

    /// <summary>Writes a new key.</summary>
    /// <param name="directory">As <see cref="DefaultDirectory"/>; made when it is missing.</param>
    /// <param name="port">The port of the endpoint it opens.</param>
    /// <param name="random">Fills a buffer with octets that nobody can guess.</param>
    /// <exception cref="IOException">It cannot be written there, or others could replace it.</exception>
    public static LocalKey Create(string directory, int port, Action<Span<byte>> random)
    {
        byte[] octets = new byte[KeyBytes];
        random(octets);
        string key = Convert.ToHexStringLower(octets);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, DirectoryMode);
            if ((File.GetUnixFileMode(directory) & OthersCanWrite) != 0)
            {
                throw new IOException($"{directory} can be written by others, who could replace the key in it");
            }
        }
        string path = PathOf(directory, port);
        Configuration.State.AtomicFile.Write(path, Encoding.ASCII.GetBytes(key));
        return new LocalKey(path, SHA256.HashData(Encoding.ASCII.GetBytes(key)));
    }

    /// <summary>
    /// Where keys are on this machine: <c>MERIDIAN_RUNTIME_DIR</c>, else what systemd gives a service, else the user's own
    /// runtime directory, else /run for root and a directory of the user's below /tmp for others.
    /// </summary>
    /// <param name="environment">Reads a variable of the environment.</param>
    /// <param name="user">Who runs this.</param>
    public static string DefaultDirectory(Func<string, string?> environment, string user)
    {
        if (environment("MERIDIAN_RUNTIME_DIR") is { Length: > 0 } named)
        {
            return named;
        }
        if (environment("RUNTIME_DIRECTORY") is { Length: > 0 } service)
        {
            return service.Split(':')[0];
        }
        if (user == "root")
        {
            return "/run/meridian";
        }
        return environment("XDG_RUNTIME_DIR") is { Length: > 0 } own
            ? System.IO.Path.Combine(own, "meridian")
            : System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"meridian-{user}");
    }

    /// <summary>The file of the key for a port.</summary>
    public static string PathOf(string directory, int port) =>
        System.IO.Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{port}.key"));

    /// <summary>Reads the key for a server on this machine; null when there is none that this user can read and others cannot.</summary>
    public static string? TryRead(string directory, Uri url)
    {
        string path = PathOf(directory, url.Port);
        try
        {
            bool isLocal = url.IsLoopback || (IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
            if (!isLocal || !File.Exists(path) || (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(directory) & OthersCanWrite) != 0))
            {
                return null;
            }
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool Matches(string key) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _hash);

    /// <summary>Takes the file away, unless another server has put its own there.</summary>
    public void Dispose()
    {
        try
        {
            if (Matches(File.ReadAllText(Path).Trim()))
            {
                File.Delete(Path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A key without its server opens nothing.
        }
    }
}
