using System.Net;
using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Conformance.Tests.Rfc7873;

/// <summary>Domain Name System (DNS) cookies.</summary>
public sealed class CookieTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<CookieTests>(fleet, report), ICaseTable
{
    private const string Client = "0102030405060708";

    public static string Rfc => "RFC 7873";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("5.2.1 without a cookie there is none", "www.rfc.test. A +edns", Expect.Status(Rcode.NoError).NoOption(10)),
        new("5.2.3 a client's half comes back with the server's", $"www.rfc.test. A +opt=10:{Client}", Answered(Rcode.NoError, Rcode.BadCookie)),
        new("5.2.3 in a negative answer", $"missing.rfc.test. A +opt=10:{Client}", Answered(Rcode.NXDomain, Rcode.BadCookie)),
        new("5.2.3 with a refusal", $"www.elsewhere.example. A +opt=10:{Client}", Answered(Rcode.Refused, Rcode.BadCookie)),
        new("5.2.3 over TCP", $"www.rfc.test. TXT +opt=10:{Client} +tcp", Answered(Rcode.NoError)),
        new("5.2.4 a server's half that was never given: a new one", $"www.rfc.test. A +opt=10:{Client}0100000000000000AABBCCDDEEFF0011", Answered(Rcode.NoError, Rcode.BadCookie)),
        new("5.2.4 of another length than this server's", $"www.rfc.test. A +opt=10:{Client}{Client}", Answered(Rcode.NoError, Rcode.BadCookie)),
        new("5.2.2 shorter than a client's half", "www.rfc.test. A +opt=10:01020304050607", Expect.HeaderStatus(Rcode.FormErr)),
        new("5.2.2 an empty one", "www.rfc.test. A +opt=10:", Expect.HeaderStatus(Rcode.FormErr)),
        new("5.2.2 between the two lengths", $"www.rfc.test. A +opt=10:{Client}01020304", Expect.HeaderStatus(Rcode.FormErr)),
        new("5.2.2 longer than the longest", $"www.rfc.test. A +opt=10:{Client}{Client}{Client}{Client}{Client}01", Expect.HeaderStatus(Rcode.FormErr)),
        ConformanceCase.Of("5.2.5 the cookie that was given is good, and the answer has one again", UseCookie),
    ];

    private static Expect Answered(params Rcode[] rcodes) => Expect.Status(rcodes).EdnsIs("a cookie of 24 octets with the client's half", edns =>
        edns.Options.FirstOrDefault(option => option.Code == EdnsOptionCode.Cookie) is { } option
        && Convert.ToHexString(option.Data.Span) is { Length: 48 } hex && hex.StartsWith(Client, StringComparison.Ordinal));

    private static string? UseCookie(IPEndPoint endpoint)
    {
        using UdpClient client = new(endpoint);
        Reply first = Exchange(client, Client);
        if (first.Option(EdnsOptionCode.Cookie) is not { } given)
        {
            return "no cookie was given";
        }
        Reply second = Exchange(client, Convert.ToHexString(given.Data.Span));
        return second.Message?.Rcode != Rcode.NoError ? $"with the cookie the answer is {second}"
            : second.Message.Answer.Length != 1 ? "with the cookie there is no answer"
            : second.Option(EdnsOptionCode.Cookie) is null ? "the answer has no cookie"
            : null;
    }

    private static Reply Exchange(UdpClient client, string cookie)
    {
        Ask ask = $"www.rfc.test. TXT +opt=10:{cookie}";
        return new Reply(ask.Wire, client.Ask(ask.Wire.Span));
    }
}
