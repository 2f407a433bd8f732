using System.Text;

namespace Meridian.Control.Access;

/// <summary>
/// How keys of the Route 53 API are written: as long as those that AWS gives, so that every client and vault takes them, and
/// with a prefix of their own, so that nobody takes one for a key of AWS.
/// </summary>
public static class AccessKeyText
{
    public const string Prefix = "MDNR";

    private const int IdLength = 16;
    private const int SecretLength = 40;

    // Without vowels and look-alikes, as in the ids of tokens.
    private const string IdAlphabet = "BCDFGHJKMNPQRSTVWXZ23456789";

    // 64 characters, so that every one is as likely as every other. '+' and '/' would have to be quoted in shells and URLs.
    private const string SecretAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>Makes a key.</summary>
    /// <param name="random">Fills a buffer with octets that nobody can guess.</param>
    public static (string Id, string Secret) Create(Action<Span<byte>> random)
    {
        Span<byte> octets = stackalloc byte[IdLength + SecretLength];
        random(octets);
        StringBuilder id = new(Prefix);
        foreach (byte octet in octets[..IdLength])
        {
            id.Append(IdAlphabet[octet % IdAlphabet.Length]);
        }
        StringBuilder secret = new();
        foreach (byte octet in octets[IdLength..])
        {
            secret.Append(SecretAlphabet[octet % SecretAlphabet.Length]);
        }
        return (id.ToString(), secret.ToString());
    }
}
