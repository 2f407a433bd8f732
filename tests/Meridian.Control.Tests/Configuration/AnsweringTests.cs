using System.Net;
using Meridian.Control.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>The section <c>answering</c> and the file of cookie secrets.</summary>
public sealed class AnsweringTests
{
    private const string Secret = "e5e973e5a6b2a43f48e7dc849e37bfcf";
    private const string Other = "000102030405060708090a0b0c0d0e0f";

    [Fact]
    public void Load_AllKeys_AreInTheModel()
    {
        AnsweringModel answering = Read(
            """
            answering:
              nsid: fra-1
              identity: edge 7
              version: none of your business
              follow-aliases: zone
              cookies: {secret-file: secrets/cookies, require: true}
              unverified-payload-size: 600
              amplification: 10
              rate-limit: {positive: 1, negative: 2, error: 3, slip: 4, ipv4-prefix: 22, ipv6-prefix: 48, table-size: 2000, exempt: [192.0.2.0/24, "2001:db8::/32"]}
            """,
            ("secrets/cookies", $"# active\n{Secret}\r\n\n{Other}\n"));
        Assert.Equal(("fra-1", "edge 7", "none of your business"), (answering.NameServerId, answering.Identity, answering.Version));
        Assert.False(answering.FollowsAcrossZones);
        Assert.True(answering.Cookies.IsEnabled && answering.Cookies.IsRequired);
        Assert.Equal([Secret, Other], answering.Cookies.Secrets.Select(secret => Convert.ToHexStringLower(secret.Span)));
        Assert.Equal((600, 10), (answering.UnverifiedPayloadSize, answering.Amplification));
        RateLimitModel limit = Assert.IsType<RateLimitModel>(answering.RateLimit);
        Assert.Equal([IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::/32")], limit.Exempt);
        Assert.Equal(
            new RateLimitModel
            {
                PositivePerSecond = 1,
                NegativePerSecond = 2,
                ErrorPerSecond = 3,
                Slip = 4,
                IPv4PrefixLength = 22,
                IPv6PrefixLength = 48,
                TableSize = 2000,
            },
            limit with { Exempt = [] });
    }

    [Fact]
    public void Load_NoSection_IsTheDefault()
    {
        AnsweringModel answering = Read("");
        Assert.True(answering.Cookies.IsEnabled);
        Assert.Null(answering.RateLimit);
        Assert.Null(answering.Identity);
    }

    [Fact]
    public void Load_CookiesOff_AreOff() => Assert.False(Read("answering: {cookies: off}").Cookies.IsEnabled);

    [Fact]
    public void Load_RateLimitWithoutKeys_HasTheDefaults() =>
        Assert.Equal(new RateLimitModel(), Read("answering: {rate-limit: {}}").RateLimit);

    [Theory]
    [InlineData("answering: {nsid: ''}", "m.yaml:1:19: error: expected up to 64 printable ASCII characters, such as fra-1; found ''")]
    [InlineData("answering: {amplification: 3}", "m.yaml:1:28: error: expected a whole number, 4 to 100, such as 4; found '3'")]
    [InlineData("answering: {follow-aliases: yes}", "m.yaml:1:29: error: expected one of server, zone, such as server; found 'yes'")]
    [InlineData("answering: {rate-limit: {exempt: [192.0.2.1/24]}}", "m.yaml:1:35: error: '192.0.2.1/24' has bits set beyond its /24 (did you mean '192.0.2.0/24'?)")]
    [InlineData("answering: {cookies: {secret-file: no}}", "m.yaml:1:36: error: there is no file 'no'")]
    [InlineData("answering: {cookies: {secret-file: bad}}", "bad:2:1: error: this is not a secret: expected 32 hexadecimal digits")]
    [InlineData("answering: {cookies: {secret-file: empty}}", "m.yaml:1:36: error: 'empty' has 0 secrets: expected 1 to 3, one a line")]
    public void Load_Mistake_IsReported(string section, string expected)
    {
        string[] errors = TestFiles.Errors(Load(section, ("bad", $"{Secret}\n{Secret}0\n"), ("empty", "# none\n")));
        Assert.Equal([expected], errors);
        Assert.DoesNotContain(Secret, string.Concat(errors), StringComparison.Ordinal);
    }

    private static LoadResult Load(string section, params (string Path, string Text)[] files) =>
        TestFiles.LoadAll("m.yaml", [("m.yaml", section + "\n" + TestFiles.Base), .. files]);

    private static AnsweringModel Read(string section, params (string Path, string Text)[] files)
    {
        LoadResult result = Load(section, files);
        Assert.Empty(TestFiles.Errors(result));
        return result.Model!.Answering; // No errors: there is a model.
    }
}
