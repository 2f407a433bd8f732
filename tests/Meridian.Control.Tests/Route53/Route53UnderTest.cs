using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Meridian.Control.Access;
using Meridian.Control.Http;
using Meridian.Control.Route53;
using Meridian.Control.Tests.Changes;
using Meridian.Health.Evidence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Route53;

/// <summary>The endpoint over a change service with a log in memory, and a client that signs by an implementation of its own.</summary>
internal sealed class Route53UnderTest : IAsyncDisposable
{
    private const string Yaml =
        """
        zones:
          native.test:
            soa: {primary: ns1, contact: hostmaster@native.test}
            records:
              "@": {NS: [ns1], TXT: "v=spf1 -all"}
              ns1: {A: 127.0.0.1}
              pool: {A: {steer: www}}
        pools: {web: {members: [{address: 192.0.2.80}]}}
        policies: {www: {failover: [web]}}
        """;

    private readonly AuditLog _audit = new(null, new AccessLimits(), TimeProvider.System, NullLogger<AuditLog>.Instance);
    private readonly HttpClient _client = new();
    private readonly AccessKeyIndex _keys = new(new TokenUses(null));
    private readonly Route53Endpoint _endpoint;

    private Route53UnderTest(ChangeHarness harness, Route53Limits limits)
    {
        Harness = harness;
        Route53Sources sources = new()
        {
            Changes = harness.Service,
            Log = harness.Log,
            Keys = _keys,
            Audit = _audit,
            Model = () => harness.Service.Model,
            DataPlane = () => harness.DataPlane,
            ServedRevision = () => ServedRevision ?? harness.Service.Head?.Number ?? 0,
            Health = monitor => Health(monitor),
            Time = TimeProvider.System,
            Random = RandomNumberGenerator.Fill,
        };
        _endpoint = new Route53Endpoint(
            new EndpointOptions { Address = new IPEndPoint(IPAddress.Loopback, 0) }, sources, limits, NullLoggerFactory.Instance);
        Key = AddKey("deploy", Role.Editor);
    }

    public ChangeHarness Harness { get; }

    /// <summary>Whose signature requests carry.</summary>
    public AccessKey Key { get; set; }

    /// <summary>What is said to be served; null for everything.</summary>
    public long? ServedRevision { get; set; }

    /// <summary>What health checks see, by the id of the check.</summary>
    public Func<string, MemberHealthReport?> Health { get; set; } = _ => null;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => _endpoint.Address;

    /// <param name="more">More of the configuration, as YAML.</param>
    /// <param name="limits">How much it takes; null for what is usual.</param>
    public static async Task<Route53UnderTest> StartAsync(string more = "", Route53Limits? limits = null)
    {
        Route53UnderTest started = new(await ChangeHarness.StartAsync($"{Yaml}\n{more}"), limits ?? new Route53Limits());
        await started._endpoint.StartAsync(TestContext.Current.CancellationToken);
        return started;
    }

    public AccessKey AddKey(string name, Role role, params string[] zones)
    {
        (string id, string secret) = AccessKeyText.Create(RandomNumberGenerator.Fill);
        AccessKey key = new()
        {
            Id = id,
            Secret = secret,
            Name = name,
            Role = role,
            Scope = ZoneScope.TryCreate(zones, out _)!, // Tests give valid zones.
            CreatedAt = DateTimeOffset.UnixEpoch,
            CreatedBy = "test",
        };
        _keys.Replace([.. _keys.All.Values, key]);
        return key;
    }

    /// <summary>Makes a zone, and gives its bare id.</summary>
    public async Task<string> CreateZoneAsync(string name, string? reference = null)
    {
        (HttpStatusCode status, XElement reply) = await SendAsync(
            HttpMethod.Post,
            "hostedzone",
            $"<CreateHostedZoneRequest><Name>{name}</Name><CallerReference>{reference ?? name}</CallerReference></CreateHostedZoneRequest>");
        Assert.Equal(HttpStatusCode.Created, status);
        return TextOf(reply, "Id").Split('/')[^1];
    }

    /// <summary>Sends a batch.</summary>
    /// <param name="zone">The zone's id.</param>
    /// <param name="changes">Each an action and the inside of its record set.</param>
    public Task<(HttpStatusCode Status, XElement Reply)> ChangeAsync(string zone, params (string Action, string Set)[] changes)
    {
        string inside = string.Concat(changes.Select(change =>
            $"<Change><Action>{change.Action}</Action><ResourceRecordSet>{change.Set}</ResourceRecordSet></Change>"));
        return SendAsync(
            HttpMethod.Post,
            $"hostedzone/{zone}/rrset/",
            $"<ChangeResourceRecordSetsRequest xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><ChangeBatch><Changes>{inside}</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>");
    }

    /// <summary>The inside of a simple record set.</summary>
    public static string Set(string name, string type, int ttl, params string[] values) =>
        $"<Name>{name}</Name><Type>{type}</Type><TTL>{ttl}</TTL><ResourceRecords>"
        + string.Concat(values.Select(value => $"<ResourceRecord><Value>{new XText(value)}</Value></ResourceRecord>")) + "</ResourceRecords>";

    public Task<(HttpStatusCode Status, XElement Reply)> GetAsync(string target) => SendAsync(HttpMethod.Get, target, null);

    public async Task<(HttpStatusCode Status, XElement Reply)> SendAsync(HttpMethod method, string target, string? body)
    {
        using HttpRequestMessage request = new(method, new Uri($"http://{_endpoint.Address}/2013-04-01/{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        byte[] octets = Encoding.UTF8.GetBytes(body ?? "");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(octets);
        }
        Sign(request, octets);
        using HttpResponseMessage response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, XElement.Parse(text));
    }

    /// <summary>The text of the first element of a name.</summary>
    public static string TextOf(XElement reply, string name) => reply.Descendants().First(element => element.Name.LocalName == name).Value;

    public static string[] TextsOf(XElement reply, string name) =>
        [.. reply.Descendants().Where(element => element.Name.LocalName == name).Select(element => element.Value)];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
        await _audit.DisposeAsync();
        await Harness.DisposeAsync();
    }

    /// <summary>The header fields of a signed request, for one that is sent by hand.</summary>
    public string Head(string method, string target, int contentLength)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri($"http://{_endpoint.Address}/2013-04-01/{target}"));
        Sign(request, []);
        string fields = string.Concat(request.Headers.Select(field => $"{field.Key}: {string.Join(',', field.Value)}\r\n"));
        return $"{method} /2013-04-01/{target} HTTP/1.1\r\nHost: {_endpoint.Address}\r\n{fields}Content-Length: {contentLength}\r\n\r\n";
    }

    private void Sign(HttpRequestMessage request, byte[] body)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string stamp = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string day = stamp[..8];
        string pathAndQuery = request.RequestUri!.PathAndQuery; // Set right before.
        string path = pathAndQuery.Split('?')[0].Replace("%", "%25", StringComparison.Ordinal);
        string query = pathAndQuery.Contains('?', StringComparison.Ordinal)
            ? string.Join('&', pathAndQuery.Split('?')[1].Split('&').Order(StringComparer.Ordinal))
            : "";
        string canonical = $"{request.Method}\n{path}\n{query}\nhost:{request.RequestUri.Authority}\nx-amz-date:{stamp}\n\nhost;x-amz-date\n{Hex(SHA256.HashData(body))}";
        string scope = $"{day}/test-1/route53/aws4_request";
        string toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        byte[] key = Encoding.UTF8.GetBytes("AWS4" + Key.Secret);
        foreach (string part in (string[])[day, "test-1", "route53", "aws4_request"])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }
        string signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        request.Headers.TryAddWithoutValidation("x-amz-date", stamp);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={Key.Id}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}");
    }

    private static string Hex(byte[] octets) => Convert.ToHexStringLower(octets);
}
