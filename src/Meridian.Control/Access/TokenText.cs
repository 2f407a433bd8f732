using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Control.Access;

/// <summary>
/// How a token is written: <c>mdn_ID_SECRET</c>. The prefix lets scanners for leaked secrets find it, the id lets a person
/// say which one was leaked without showing it, and the secret is 256 bits.
/// </summary>
public static class TokenText
{
    public const string Prefix = "mdn_";

    private const int IdLength = 12;
    private const int SecretBytes = 32;
    private const int HexPerByte = 2;

    // Without vowels and look-alikes: ids are read out over the telephone, and spell nothing.
    private const string IdAlphabet = "bcdfghjkmnpqrstvwxz23456789";

    /// <summary>Octets of a token. Whatever is longer is none, and is not looked at.</summary>
    public const int Length = 4 + IdLength + 1 + SecretBytes * HexPerByte;

    /// <summary>Makes a token.</summary>
    /// <param name="random">Fills a buffer with octets that nobody can guess.</param>
    /// <param name="id">Its public part.</param>
    /// <returns>The whole token, to be shown once.</returns>
    public static string Create(Action<Span<byte>> random, out string id)
    {
        Span<byte> octets = stackalloc byte[IdLength + SecretBytes];
        random(octets);
        StringBuilder text = new();
        foreach (byte octet in octets[..IdLength])
        {
            // The id names, it does not protect: that some characters are likelier than others does no harm.
            text.Append(IdAlphabet[octet % IdAlphabet.Length]);
        }
        id = text.ToString();
        return $"{Prefix}{id}_{Convert.ToHexStringLower(octets[IdLength..])}";
    }

    /// <summary>Takes a token apart; false when it is not written as one.</summary>
    /// <param name="token">As it came.</param>
    /// <param name="id">Its public part.</param>
    /// <param name="secretHash">SHA-256 of its secret part.</param>
    public static bool TryParse(string token, [NotNullWhen(true)] out string? id, out byte[] secretHash)
    {
        id = null;
        secretHash = [];
        if (token.Length != Length || !token.StartsWith(Prefix, StringComparison.Ordinal) || token[Prefix.Length + IdLength] != '_')
        {
            return false;
        }
        id = token.Substring(Prefix.Length, IdLength);
        secretHash = SHA256.HashData(Encoding.UTF8.GetBytes(token, Prefix.Length + IdLength + 1, SecretBytes * HexPerByte));
        return true;
    }

    /// <summary>SHA-256 of a token's secret part.</summary>
    /// <exception cref="ArgumentException">It is not written as a token.</exception>
    public static byte[] HashOf(string token) =>
        TryParse(token, out _, out byte[] hash) ? hash : throw new ArgumentException("This is not written as a token.", nameof(token));
}
