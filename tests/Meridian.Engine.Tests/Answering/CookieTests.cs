using System.Net;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Answering.Cookies;
using Meridian.Engine.Model;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>RFC 7873 and RFC 9018, with the test vectors of RFC 9018 Appendix A.</summary>
public sealed class CookieTests
{
    private const string Secret = "e5e973e5a6b2a43f48e7dc849e37bfcf";
    private const long Now = 1_559_731_985;
    private const string ClientCookie = "2464c4abcf10c957";
    private const string GoodCookie = ClientCookie + "010000005cf79f111f8130c3eee29480";
    private const string Source = "198.51.100.100";

    [Fact]
    public void Compute_ReferenceVector_IsSipHash24()
    {
        // The reference implementation's vector: key 00…0f, message 00…0e.
        Assert.True(CookieSecret.TryCreate([.. Enumerable.Range(0, 16).Select(i => (byte)i)], out CookieSecret key));
        Assert.Equal(0xA129CA6149BE45E5, SipHash.Compute(in key, [.. Enumerable.Range(0, 15).Select(i => (byte)i)]));
    }

    [Theory]
    // A.1: the first query of a client. A.2: half an hour and more later it gets a new cookie.
    [InlineData(Secret, Source, Now, ClientCookie, GoodCookie, CookieStatus.ClientOnly)]
    [InlineData(Secret, Source, 1_559_734_385, GoodCookie, ClientCookie + "010000005cf7a871d4a564a1442aca77", CookieStatus.Valid)]
    // A.3: another client, whose reserved octets are not zero, is known all the same.
    [InlineData(Secret, "203.0.113.203", 1_559_734_700, "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", null, CookieStatus.Invalid)]
    [InlineData(Secret, "203.0.113.203", 1_559_727_985 + 60, "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", CookieStatus.Valid)]
    // A.4: IPv6, and a secret that is being replaced: what the old one made is accepted and renewed with the new one.
    [InlineData("445536bcd2513298075a5d379663c962,dd3bdf9344b678b185a6f5cb60fca715", "2001:db8:220:1:59de:d0f4:8769:82b8", 1_559_741_961,
        "22681ab97d52c298010000005cf7c57926556bd0934c72f8", "22681ab97d52c298010000005cf7c609a6bb79d16625507a", CookieStatus.Valid)]
    public void Check_VectorOfTheRfc_GivesItsCookie(
        string secrets, string source, long time, string cookie, string? answer, object status)
    {
        ServerCookies cookies = new([.. secrets.Split(',').Select(SecretOf)]);

        CookieCheck check = cookies.Check(
            Convert.FromHexString(cookie), ClientAddress.FromIPAddress(IPAddress.Parse(source)), time);

        Assert.Equal(status, check.Status);
        byte[] written = new byte[CookieCheck.Length];
        check.Write(written);
        if (answer is not null)
        {
            Assert.Equal(answer, Convert.ToHexStringLower(written));
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1800, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    public void Check_AgeOfCookie_DecidesWhetherItIsValid(int age, bool isValid)
    {
        ServerCookies cookies = new([SecretOf(Secret)]);
        CookieCheck check = cookies.Check(Convert.FromHexString(GoodCookie), AddressOf(Source), Now + age);
        Assert.Equal(isValid ? CookieStatus.Valid : CookieStatus.Invalid, check.Status);
    }

    [Fact]
    public void Check_OtherAddress_IsInvalid() => Assert.Equal(
        CookieStatus.Invalid,
        new ServerCookies([SecretOf(Secret)]).Check(Convert.FromHexString(GoodCookie), AddressOf("198.51.100.101"), Now).Status);

    [Fact]
    public void Ask_WithClientCookie_GetsTheServers()
    {
        TestResponse response = Ask(Client(new CookieModel()), ClientCookie);
        Assert.Equal(Rcode.NoError, response.Rcode);
        Assert.Equal(GoodCookie, Convert.ToHexStringLower(response.Option(EdnsOptionCode.Cookie)!));
        Assert.True((response.Result.Flags & AnswerFlags.ValidCookie) == 0);
    }

    [Fact]
    public void Ask_WithValidCookie_IsVerified()
    {
        TestResponse response = Ask(Client(new CookieModel()), GoodCookie);
        Assert.Equal(GoodCookie, Convert.ToHexStringLower(response.Option(EdnsOptionCode.Cookie)!));
        Assert.True((response.Result.Flags & AnswerFlags.ValidCookie) != 0);
    }

    [Fact]
    public void Ask_WithoutCookie_GetsNone() => Assert.Null(Ask(Client(new CookieModel { IsRequired = true }), "").Option(EdnsOptionCode.Cookie));

    [Fact]
    public void Ask_CookiesOff_GetsNone() => Assert.Null(Ask(Client(new CookieModel { IsEnabled = false }), ClientCookie).Option(EdnsOptionCode.Cookie));

    [Fact]
    public void Ask_NoSecretAnywhere_GetsNone()
    {
        TestClient client = new(new ModelBuilder().Add("example.com.", "www A 192.0.2.1").Serve());
        Assert.Null(Ask(client, ClientCookie).Option(EdnsOptionCode.Cookie));
    }

    [Fact]
    public void Ask_OnlyTheProcessesSecret_IsUsed()
    {
        TestClient client = new(
            new ModelBuilder().Add("example.com.", "www A 192.0.2.1").Serve(), new AnswerLimits { OwnCookieSecret = SecretOf(Secret) });
        Assert.Equal(GoodCookie, Convert.ToHexStringLower(Ask(client, ClientCookie).Option(EdnsOptionCode.Cookie)!));
    }

    [Theory]
    [InlineData(ClientCookie, Transport.Udp, Rcode.BadCookie)]
    [InlineData(ClientCookie + "010000005cf79f11ffffffffffffffff", Transport.Udp, Rcode.BadCookie)]
    [InlineData(ClientCookie + "0102030405060708", Transport.Udp, Rcode.BadCookie)]
    [InlineData(GoodCookie, Transport.Udp, Rcode.NoError)]
    [InlineData(ClientCookie, Transport.Tcp, Rcode.NoError)]
    [InlineData("", Transport.Udp, Rcode.NoError)]
    public void Ask_CookieRequired_IsBadCookieOverUdpWithoutAValidOne(string cookie, Transport transport, Rcode rcode)
    {
        TestClient client = Client(new CookieModel { IsRequired = true });
        client.Transport = transport;
        TestResponse response = Ask(client, cookie);
        Assert.Equal(rcode, response.Rcode);
        Assert.Equal(rcode == Rcode.NoError ? 1 : 0, response.AnswerCount);
        Assert.Equal(cookie.Length > 0, response.Option(EdnsOptionCode.Cookie) is not null);
    }

    [Theory]
    [InlineData(ClientCookie, Rcode.NoError)]
    [InlineData(GoodCookie, Rcode.NoError)]
    [InlineData("", Rcode.FormErr)]
    public void Ask_NoQuestion_IsAnsweredWhenACookieIsAskedFor(string cookie, Rcode rcode)
    {
        // RFC 7873 §5.4.
        byte[] query = Query(cookie);
        int questionLength = "\u0003www\u0007example\u0003com\0"u8.Length + 4;
        query = [.. query[..4], 0, 0, .. query[6..12], .. query[(12 + questionLength)..]];
        TestResponse response = Client(new CookieModel()).Ask(query, Source, time: Now);
        Assert.Equal(rcode, response.Rcode);
        Assert.Empty(response.Message.Questions);
        Assert.Equal(cookie.Length > 0 ? GoodCookie : null, response.Option(EdnsOptionCode.Cookie) is { } data ? Convert.ToHexStringLower(data) : null);
    }

    [Theory]
    [InlineData("00")]
    [InlineData("00112233445566")]
    [InlineData("001122334455667788")]
    public void Ask_CookieOfImpossibleLength_IsFormErr(string cookie) =>
        // RFC 7873 §5.2.2.
        Assert.Equal(Rcode.FormErr, Ask(Client(new CookieModel()), cookie).Rcode);

    private static TestClient Client(CookieModel cookies) => new(new ModelBuilder()
        .Add("example.com.", "www A 192.0.2.1")
        .Answering(new AnsweringModel { Cookies = cookies with { Secrets = [Convert.FromHexString(Secret)] } })
        .Serve());

    private static TestResponse Ask(TestClient client, string cookie) => client.Ask(Query(cookie), Source, time: Now);

    private static byte[] Query(string cookie) => new QueryBuilder("www.example.com.", RecordType.A)
    {
        UdpPayloadSize = 1232,
        Cookie = Convert.FromHexString(cookie),
    }.Build();

    private static ClientAddress AddressOf(string address) => ClientAddress.FromIPAddress(IPAddress.Parse(address));

    private static CookieSecret SecretOf(string hex) =>
        CookieSecret.TryCreate(Convert.FromHexString(hex), out CookieSecret secret) ? secret : throw new ArgumentException(hex);
}
