using System.Buffers.Binary;
using System.Net;
using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc9018;

/// <summary>Interoperable DNS server cookies: with one secret, all servers make and take the same.</summary>
public sealed class InteroperableCookieTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<InteroperableCookieTests>(fleet, report), ICaseTable
{
    private const string Client = "2464C4ABCF10C957";

    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(30);

    public static string Rfc => "RFC 9018";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        ConformanceCase.Of("4.1 version 1, reserved octets of zero", endpoint => Check(endpoint, cookie => cookie[8] == 1 && cookie[9..12] is [0, 0, 0] ? null : "it begins otherwise")),
        ConformanceCase.Of("4.3 the time of the server", endpoint => Check(endpoint, cookie =>
        {
            DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(cookie.AsSpan(12)));
            return (TimeProvider.System.GetUtcNow() - time).Duration() < Drift ? null : $"it is of {time:O}";
        })),
        ConformanceCase.Of("4.4 the hash of SipHash-2-4 with the shared secret", endpoint => Check(endpoint, cookie =>
            cookie.AsSpan(16).SequenceEqual(HashOf(cookie.AsSpan(0, 16))) ? null : "the hash is another")),
        ConformanceCase.Of("5 one that another server with the secret made is good", UseOurs),
        ConformanceCase.Of("4.3 one of two hours ago is not", UseOld),
    ];

    private static string? Check(IPEndPoint endpoint, Func<byte[], string?> judge)
    {
        Reply reply = Exchange(endpoint, Client);
        byte[]? cookie = reply.Option(EdnsOptionCode.Cookie)?.Data.ToArray();
        return cookie is not { Length: 24 } ? "no cookie of 24 octets was given"
            : judge(cookie) is { } problem ? $"{Convert.ToHexString(cookie)}: {problem}"
            : null;
    }

    private static string? UseOurs(IPEndPoint endpoint)
    {
        Reply reply = Exchange(endpoint, Make(TimeProvider.System.GetUtcNow()));
        return reply.Message is { Rcode: Rcode.NoError, Answer.Length: 1 } ? null : $"it is answered with {reply}";
    }

    /// <summary>The cookie that comes back to an old one is new: made now, not two hours ago.</summary>
    private static string? UseOld(IPEndPoint endpoint)
    {
        string old = Make(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2));
        string? given = Exchange(endpoint, old).Option(EdnsOptionCode.Cookie) is { } option ? Convert.ToHexString(option.Data.Span) : null;
        return given is { Length: 48 } && given != old ? null : $"it is answered with the cookie {given ?? "none"}";
    }

    private static string Make(DateTimeOffset time)
    {
        byte[] cookie = new byte[24];
        Convert.FromHexString(Client).CopyTo(cookie, 0);
        cookie[8] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(cookie.AsSpan(12), (uint)time.ToUnixTimeSeconds());
        HashOf(cookie.AsSpan(0, 16)).CopyTo(cookie, 16);
        return Convert.ToHexString(cookie);
    }

    // RFC 9018 §4.4: client cookie, version, reserved, time, and the client's address: all ask from 127.0.0.1.
    private static byte[] HashOf(ReadOnlySpan<byte> head) =>
        PlainSipHash.Compute(Convert.FromHexString(FleetIdentity.CookieSecret), [.. head, 127, 0, 0, 1]);

    private static Reply Exchange(IPEndPoint endpoint, string cookie)
    {
        using UdpClient client = new(endpoint);
        Ask ask = $"www.rfc.test. TXT +opt=10:{cookie}";
        return new Reply(ask.Wire, client.Ask(ask.Wire.Span));
    }
}
