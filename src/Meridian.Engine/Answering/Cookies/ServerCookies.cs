using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Meridian.Engine.Answering.Cookies;

/// <summary>
/// Makes and checks interoperable server cookies (RFC 9018 §4): version 1, three reserved octets, the time, and SipHash-2-4
/// over the client's half, those, and the client's address.
/// </summary>
internal sealed class ServerCookies
{
    private const int ClientLength = 8;
    private const ulong Version = 1UL << 56;

    // RFC 9018 §4.3: cookies live an hour, may come from a clock five minutes ahead, and are renewed after half an hour.
    private const int MaxAgeSeconds = 3600;
    private const int MaxAheadSeconds = 300;
    private const int RenewAfterSeconds = 1800;

    private readonly ImmutableArray<CookieSecret> _secrets;

    /// <summary>Makes cookies with the first secret and accepts those of all (RFC 9018 §5); none turns cookies off.</summary>
    public ServerCookies(ImmutableArray<CookieSecret> secrets) => _secrets = secrets;

    /// <summary>Checks a query's cookie, and makes the one to answer.</summary>
    /// <param name="cookie">8 octets, or 16 to 40, as the option has them; empty for none.</param>
    /// <param name="address">Where the query came from.</param>
    /// <param name="unixSeconds">The time of arrival.</param>
    public CookieCheck Check(ReadOnlySpan<byte> cookie, in ClientAddress address, long unixSeconds)
    {
        if (cookie.IsEmpty || _secrets.IsEmpty)
        {
            return default;
        }
        ulong client = BinaryPrimitives.ReadUInt64BigEndian(cookie);
        CookieStatus status = CookieStatus.ClientOnly;
        if (cookie.Length > ClientLength)
        {
            status = CookieStatus.Invalid;
            if (cookie.Length == CookieCheck.Length)
            {
                ulong head = BinaryPrimitives.ReadUInt64BigEndian(cookie[ClientLength..]);
                ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(cookie[(ClientLength + sizeof(ulong))..]);
                int secret = FindSecret(client, head, hash, in address, unixSeconds, out int age);
                if (secret == 0 && age <= RenewAfterSeconds)
                {
                    return new CookieCheck(CookieStatus.Valid, client, head, hash);
                }
                status = secret >= 0 ? CookieStatus.Valid : CookieStatus.Invalid;
            }
        }
        ulong fresh = Version | (uint)unixSeconds;
        return new CookieCheck(status, client, fresh, Hash(_secrets[0], client, fresh, in address));
    }

    /// <summary>Which secret a cookie was made with, or −1 when it is not valid now.</summary>
    private int FindSecret(ulong client, ulong head, ulong hash, in ClientAddress address, long unixSeconds, out int age)
    {
        // Seconds wrap in 2106; their difference does not care (RFC 1982, as RFC 9018 §4.3 asks).
        age = unchecked((int)((uint)unixSeconds - (uint)head));
        if ((head & (0xFFUL << 56)) != Version || age > MaxAgeSeconds || age < -MaxAheadSeconds)
        {
            return -1;
        }
        for (int i = 0; i < _secrets.Length; i++)
        {
            if (Hash(_secrets[i], client, head, in address) == hash)
            {
                return i;
            }
        }
        return -1;
    }

    private static ulong Hash(in CookieSecret secret, ulong client, ulong head, in ClientAddress address)
    {
        Span<byte> message = stackalloc byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(message, client);
        BinaryPrimitives.WriteUInt64BigEndian(message[8..], head);
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(message[16..], address.IPv4);
            return SipHash.Compute(in secret, message[..20]);
        }
        BinaryPrimitives.WriteUInt64BigEndian(message[16..], address.High);
        BinaryPrimitives.WriteUInt64BigEndian(message[24..], address.Low);
        return SipHash.Compute(in secret, message);
    }
}
