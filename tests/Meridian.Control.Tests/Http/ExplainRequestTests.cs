using System.Collections.Immutable;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Control.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Meridian.Control.Tests.Http;

public sealed class ExplainRequestTests
{
    [Fact]
    public void FromQuery_OnlyAName_AsksForItsAddress()
    {
        ExplainRequest? request = Parse(out ImmutableArray<string> problems, ("name", "www.example.test"));

        Assert.Empty(problems);
        Assert.Equal(new ExplainRequest { Name = "www.example.test", Type = "A" }, request);
    }

    [Theory]
    [InlineData("193.0.6.0/24", "193.0.6.0", 24)]
    [InlineData("193.0.6.1", "193.0.6.1", null)]
    [InlineData("2001:200::/0", "2001:200::", 0)]
    [InlineData("2001:200::/128", "2001:200::", 128)]
    public void FromQuery_Client_IsAddressAndPrefix(string text, string address, int? length)
    {
        ExplainRequest? request = Parse(out _, ("name", "a"), ("client", text));

        Assert.NotNull(request);
        Assert.Equal(IPAddress.Parse(address), request.Client);
        Assert.Equal(length, request.ClientPrefixLength);
    }

    [Theory]
    [InlineData("client", "193.0.6.0/33")]
    [InlineData("client", "2001:200::/129")]
    [InlineData("client", "193.0.6.0/-1")]
    [InlineData("client", "193.0.6.0/")]
    [InlineData("client", "193.0.6")]
    [InlineData("client", "1")]
    [InlineData("client", "here")]
    [InlineData("resolver", "192.0.2.0/24")]
    [InlineData("port", "-1")]
    [InlineData("id", "0x12")]
    [InlineData("time", "yesterday")]
    [InlineData("time", "99999999999999999")]
    public void FromQuery_BadValue_IsSaidWithItsKey(string key, string text)
    {
        Assert.Null(Parse(out ImmutableArray<string> problems, ("name", "a"), (key, text)));

        Assert.StartsWith(key, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void FromQuery_TimeAsDate_IsTheSameAsInSeconds() =>
        Assert.Equal(
            Parse(out _, ("name", "a"), ("time", "1795154400"))?.Time,
            Parse(out _, ("name", "a"), ("time", "2026-11-20T06:00:00Z"))?.Time);

    [Fact]
    public void FromQuery_AnyText_NeverThrowsAndSaysWhyNot() =>
        Prop.ForAll<string, string, string>((client, port, time) =>
        {
            ExplainRequest? request = Parse(out ImmutableArray<string> problems, ("name", "a"), ("client", client), ("port", port), ("time", time));
            return request is null == !problems.IsEmpty;
        }).QuickCheckThrowOnFailure();

    private static ExplainRequest? Parse(out ImmutableArray<string> problems, params (string Key, string Value)[] query) =>
        ExplainRequest.FromQuery(new QueryCollection(query.ToDictionary(item => item.Key, item => new StringValues(item.Value))), out problems);
}
