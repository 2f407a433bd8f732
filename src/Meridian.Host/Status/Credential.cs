using Meridian.Control.Access;

namespace Meridian.Host.Status;

/// <summary>What a command shows the server. Never an argument: arguments stand in process lists and shell histories.</summary>
/// <param name="Text">The token or key.</param>
/// <param name="IsLocalKey">Whether it is the key that a server on this machine wrote for its own user.</param>
internal sealed record Credential(string Text, bool IsLocalKey)
{
    /// <summary>
    /// <c>MERIDIAN_TOKEN</c>, else the first line of the file that <c>MERIDIAN_TOKEN_FILE</c> names, else the local key; null
    /// when there is none.
    /// </summary>
    public static Credential? Find(Uri url, Func<string, string?> environment)
    {
        if (environment("MERIDIAN_TOKEN") is { Length: > 0 } token)
        {
            return new Credential(token.Trim(), IsLocalKey: false);
        }
        if (environment("MERIDIAN_TOKEN_FILE") is { Length: > 0 } file && File.Exists(file))
        {
            return new Credential(File.ReadLines(file).FirstOrDefault("").Trim(), IsLocalKey: false);
        }
        string directory = LocalKey.DefaultDirectory(environment, Environment.UserName);
        return LocalKey.TryRead(directory, url) is { } key ? new Credential(key, IsLocalKey: true) : null;
    }

    // Records print what they hold; this one must not.
    public override string ToString() => IsLocalKey ? "the local key" : "a token";
}
