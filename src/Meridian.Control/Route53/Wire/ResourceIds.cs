using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Control.Route53.Wire;

/// <summary>Ids as the service forms them: a letter for the kind, then capitals and digits.</summary>
internal static class ResourceIds
{
    public const char HostedZone = 'Z';

    public const char DelegationSet = 'N';

    /// <summary>Characters of an id with a path in front of it, at most.</summary>
    public const int LengthMax = 32;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    // As long as the service's classic ids: with the longest path in front, '/delegationset/', they stay below the limit.
    private const int Length = 13;

    /// <summary>A new id.</summary>
    /// <param name="kind">Its first letter.</param>
    /// <param name="random">Fills a buffer with octets that nobody can guess.</param>
    public static string Create(char kind, Action<Span<byte>> random)
    {
        Span<byte> octets = stackalloc byte[Length];
        random(octets);
        return Write(kind, octets);
    }

    /// <summary>The id of what was made by another door and has none: always the same for the same name.</summary>
    public static string Derive(char kind, string name) => Write(kind, SHA256.HashData(Encoding.UTF8.GetBytes($"route53 {kind} {name}")).AsSpan(0, Length));

    /// <summary>The id without its path: <c>/hostedzone/Z1</c> and <c>Z1</c> are the same to most operations.</summary>
    public static string Bare(string id) => id[(id.LastIndexOf('/') + 1)..];

    /// <summary>A UUID, as health checks, collections and policies have them.</summary>
    public static string CreateUuid(Action<Span<byte>> random)
    {
        Span<byte> octets = stackalloc byte[16];
        random(octets);
        // RFC 9562 §5.4: version 4, variant 10.
        octets[6] = (byte)((octets[6] & 0x0F) | 0x40);
        octets[8] = (byte)((octets[8] & 0x3F) | 0x80);
        return new Guid(octets, bigEndian: true).ToString();
    }

    private static string Write(char kind, ReadOnlySpan<byte> octets)
    {
        StringBuilder text = new(kind.ToString());
        foreach (byte octet in octets)
        {
            text.Append(Alphabet[octet % Alphabet.Length]);
        }
        return text.ToString();
    }

    /// <summary>
    /// The id of a change: the revision that it became, something that differs from request to request, and a check that tells
    /// an id that was given out from one that was not. Nothing has to be kept for it but the history.
    /// </summary>
    public static string OfChange(long revision, Action<Span<byte>> random)
    {
        Span<byte> octets = stackalloc byte[12];
        BinaryPrimitives.WriteInt64BigEndian(octets, revision);
        random(octets[8..]);
        return ChangeText.Write(octets);
    }

    /// <summary>The revision of a change; null for an id that was not given out.</summary>
    public static long? RevisionOf(string changeId)
    {
        Span<byte> octets = stackalloc byte[12];
        return ChangeText.TryRead(changeId, octets) ? BinaryPrimitives.ReadInt64BigEndian(octets) : null;
    }
}
