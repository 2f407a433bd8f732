using System.Globalization;
using System.Net;
using System.Text;
using Meridian.Control.Access;
using Meridian.Control.Route53.Signing;
using Meridian.Control.Route53.Wire;
using Meridian.Control.Tests.Configuration;

namespace Meridian.Control.Tests.Route53;

/// <summary>
/// Requests that the signer of the AWS SDK for Python signed at noon of 2026-11-20, and what becomes of them when something is
/// changed on the way.
/// </summary>
public sealed class SignatureCheckTests
{
    private const string KeyId = "MDNRTESTKEYTESTKEY22";
    private const string Secret = "0123456789abcdefghijABCDEFGHIJ-_klmnopqr";
    private const string Host = "127.0.0.1:8054";
    private const string Stamp = "20261120T120000Z";
    private const string Zones = "/2013-04-01/hostedzone";
    private const string ZonesSignature = "7437d3bb46d85b9e9346cb35f4fb6f5256463f37467c0ff7250242894775320c";

    [Theory]
    [InlineData("GET", Zones, "", "", "eu-west-1", ZonesSignature)]
    [InlineData("POST", "/2013-04-01/hostedzone/Z1/rrset/", "", "<a/>", "eu-west-1", "100a9da80f53f1cd7fad66aec2406f1c21f8788237288d8d9bd2bbf82dae00e3")]
    [InlineData("GET", "/2013-04-01/hostedzone/Z1/rrset", "name=%2A.example.com&type=A&maxitems=5", "", "us-east-1", "900f2222bc2f6c8b6b30d3c7be6fcdf5d1355dbeb5306bc30e833d097c388818")]
    [InlineData("GET", "/2013-04-01/tags/hostedzone/%2Fhostedzone%2FZ1", "", "", "eu-west-1", "edc16a41935b3cf77bcf4cc1279839ba8a17be7aeadba854e095a8b3c0a2507f")]
    public void Verify_SignedByTheSdk_IsTheKeyHolder(string method, string path, string query, string body, string region, string signature)
    {
        SignedRequest request = Request(method, path, query, body, Authorization(region, signature));

        Assert.Null(Check(request, out Principal? principal));
        Assert.Equal("deploy", principal?.Name);
        Assert.Equal(Credential.AccessKey, principal?.Credential);
    }

    [Theory]
    [InlineData("the method", 403, "SignatureDoesNotMatch")]
    [InlineData("the path", 403, "SignatureDoesNotMatch")]
    [InlineData("the query", 403, "SignatureDoesNotMatch")]
    [InlineData("the body", 403, "SignatureDoesNotMatch")]
    [InlineData("the host", 403, "SignatureDoesNotMatch")]
    [InlineData("one digit", 403, "SignatureDoesNotMatch")]
    [InlineData("half a signature", 403, "SignatureDoesNotMatch")]
    [InlineData("no hexadecimal", 403, "SignatureDoesNotMatch")]
    [InlineData("another region", 403, "SignatureDoesNotMatch")]
    [InlineData("another service", 403, "SignatureDoesNotMatch")]
    [InlineData("another day", 403, "SignatureDoesNotMatch")]
    [InlineData("an unsigned host", 403, "SignatureDoesNotMatch")]
    [InlineData("an unsigned field", 403, "SignatureDoesNotMatch")]
    [InlineData("a field that is not there", 403, "SignatureDoesNotMatch")]
    [InlineData("another hash", 403, "SignatureDoesNotMatch")]
    [InlineData("an unknown key", 403, "InvalidClientTokenId")]
    [InlineData("a session", 403, "InvalidClientTokenId")]
    [InlineData("no signature", 403, "MissingAuthenticationToken")]
    [InlineData("a bearer token", 400, "IncompleteSignature")]
    [InlineData("no credential", 400, "IncompleteSignature")]
    [InlineData("a short scope", 400, "IncompleteSignature")]
    [InlineData("no date", 400, "IncompleteSignature")]
    [InlineData("a date in words", 400, "IncompleteSignature")]
    public void Verify_SomethingChanged_IsRefused(string what, int status, string code)
    {
        Route53Error? error = Check(Change(what), out Principal? principal);

        Assert.Null(principal);
        Assert.Equal((status, code), (error?.Status, error?.Code));
    }

    [Theory]
    [InlineData(-301, "SignatureDoesNotMatch")]
    [InlineData(-299, null)]
    [InlineData(299, null)]
    [InlineData(301, "RequestExpired")]
    public void Verify_ServerClockOff_IsTakenWithinFiveMinutes(int seconds, string? code)
    {
        Route53Error? error = Check(
            Request("GET", Zones, "", "", Authorization("eu-west-1", ZonesSignature)), out _, TimeSpan.FromSeconds(seconds));

        Assert.Equal(code, error?.Code);
    }

    [Fact]
    public void Verify_ExpiredKey_IsRefused()
    {
        AccessKeyIndex keys = Keys(expires: Noon.AddSeconds(-1));
        SignatureCheck check = new(keys, new ManualTime(Noon));

        Route53Error? error = check.VerifyHead(Request("GET", Zones, "", "", Authorization("eu-west-1", ZonesSignature)), out _);

        Assert.Equal("InvalidClientTokenId", error?.Code);
    }

    [Theory]
    [InlineData("no signature", true)]
    [InlineData("an unknown key", true)]
    [InlineData("a session", true)]
    [InlineData("a bearer token", true)]
    [InlineData("an unsigned host", true)]
    [InlineData("another hash", true)]
    [InlineData("one digit", false)]
    public void VerifyHead_WhatTakesNoBody_IsRefusedBeforeThereIsOne(string what, bool isRefused)
    {
        SignatureCheck check = new(Keys(null), new ManualTime(Noon));

        Assert.Equal(isRefused, check.VerifyHead(Change(what), out SignatureClaim? claim) is not null);
        Assert.Equal(isRefused, claim is null);
    }

    private static DateTimeOffset Noon => DateTimeOffset.Parse("2026-11-20T12:00:00Z", CultureInfo.InvariantCulture);

    private static SignedRequest Change(string what)
    {
        string good = Authorization("eu-west-1", ZonesSignature);
        SignedRequest request = Request("GET", Zones, "", "", good);
        return what switch
        {
            "the method" => request with { Method = "DELETE" },
            "the path" => request with { RawPath = Zones + "count" },
            "the query" => request with { RawQuery = "maxitems=1" },
            "the body" => request with { Body = Encoding.UTF8.GetBytes("<a/>") },
            "the host" => With(request, "host", "127.0.0.1:8055"),
            "one digit" => With(request, "authorization", good[..^1] + "d"),
            "half a signature" => With(request, "authorization", good[..^32]),
            "no hexadecimal" => With(request, "authorization", good[..^1] + "x"),
            "another region" => With(request, "authorization", Authorization("us-east-1", ZonesSignature)),
            "another service" => With(request, "authorization", good.Replace("/route53/", "/s3/", StringComparison.Ordinal)),
            "another day" => With(request, "authorization", good.Replace("/20261120/", "/20261119/", StringComparison.Ordinal)),
            "an unsigned host" => With(request, "authorization", good.Replace("host;", "", StringComparison.Ordinal)),
            "an unsigned field" => With(request, "x-amz-target", "x"),
            "a field that is not there" => With(request, "authorization", good.Replace("x-amz-date", "x-amz-date;x-other", StringComparison.Ordinal)),
            "another hash" => With(
                With(request, "authorization", good.Replace("host;", "host;x-amz-content-sha256;", StringComparison.Ordinal)), "x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            "an unknown key" => With(request, "authorization", good.Replace(KeyId, "MDNRANOTHERKEY222222", StringComparison.Ordinal)),
            "a session" => With(
                With(request, "authorization", good.Replace("x-amz-date", "x-amz-date;x-amz-security-token", StringComparison.Ordinal)), "x-amz-security-token", "t"),
            "no signature" => request with { Headers = new Dictionary<string, string> { ["host"] = Host } },
            "a bearer token" => With(request, "authorization", "Bearer mdn_x"),
            "no credential" => With(request, "authorization", "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00"),
            "a short scope" => With(request, "authorization", good.Replace("/aws4_request", "", StringComparison.Ordinal)),
            "no date" => request with { Headers = request.Headers.Where(field => field.Key != "x-amz-date").ToDictionary() },
            "a date in words" => With(request, "x-amz-date", "Fri, 20 Nov 2026 12:00:00 GMT"),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "not a change"),
        };
    }

    private static SignedRequest With(SignedRequest request, string field, string value) =>
        request with { Headers = new Dictionary<string, string>(request.Headers) { [field] = value } };

    private static Route53Error? Check(SignedRequest request, out Principal? principal, TimeSpan off = default)
    {
        SignatureCheck check = new(Keys(null), new ManualTime(Noon + off));
        principal = null;
        return check.VerifyHead(request with { Body = default }, out SignatureClaim? claim) is { } wrong
            ? wrong
            : check.Verify(request, claim!, IPAddress.Loopback, out principal); // There is no error.
    }

    private static AccessKeyIndex Keys(DateTimeOffset? expires)
    {
        AccessKeyIndex keys = new(new TokenUses(null));
        keys.Replace(
        [
            new AccessKey
            {
                Id = KeyId, Secret = Secret, Name = "deploy", Role = Role.Editor, Scope = ZoneScope.All, CreatedAt = Noon, CreatedBy = "ann", ExpiresAt = expires,
            },
        ]);
        return keys;
    }

    private static string Authorization(string region, string signature) =>
        $"AWS4-HMAC-SHA256 Credential={KeyId}/20261120/{region}/route53/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}";

    private static SignedRequest Request(string method, string path, string query, string body, string authorization) => new()
    {
        Method = method,
        RawPath = path,
        RawQuery = query,
        Headers = new Dictionary<string, string> { ["host"] = Host, ["x-amz-date"] = Stamp, ["authorization"] = authorization },
        Body = Encoding.UTF8.GetBytes(body),
    };
}
