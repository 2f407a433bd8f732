using System.Security.Cryptography;
using Meridian.Control.Access;

namespace Meridian.Control.Tests.Access;

public sealed class TokenTextTests
{
    [Fact]
    public void Create_Token_CanBeTakenApart()
    {
        string token = TokenText.Create(RandomNumberGenerator.Fill, out string id);

        Assert.Equal(TokenText.Length, token.Length);
        Assert.StartsWith($"mdn_{id}_", token, StringComparison.Ordinal);
        Assert.True(TokenText.TryParse(token, out string? read, out byte[] hash));
        Assert.Equal(id, read);
        Assert.Equal(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token.Split('_')[2])), hash);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mdn_")]
    [InlineData("mdn_bcdfghjkmnpq_0123")]
    [InlineData("xyz_bcdfghjkmnpq_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("mdn_bcdfghjkmnpq-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void TryParse_AnythingElse_IsNone(string text) => Assert.False(TokenText.TryParse(text, out _, out _));

    [Fact]
    public void Document_Token_ComesBackAndHoldsNoSecret()
    {
        string secret = TokenText.Create(RandomNumberGenerator.Fill, out string id);
        AccessToken token = new()
        {
            Id = id,
            Name = "deploy \"pipeline\"",
            Role = Role.Editor,
            Scope = ZoneScope.TryCreate(["Example.com.", "*.example.net"], out _)!,
            Hash = [.. TokenText.HashOf(secret)],
            CreatedAt = new DateTimeOffset(2026, 11, 20, 6, 0, 0, TimeSpan.Zero),
            CreatedBy = "ada",
            ExpiresAt = new DateTimeOffset(2027, 11, 20, 6, 0, 0, TimeSpan.Zero),
        };

        byte[] body = TokenDocument.Write(token);
        AccessToken? read = TokenDocument.TryRead(id, body);

        Assert.NotNull(read);
        Assert.Equal(body, TokenDocument.Write(read));
        Assert.True(read.Matches(TokenText.HashOf(secret)));
        Assert.False(read.Matches(TokenText.HashOf(TokenText.Create(RandomNumberGenerator.Fill, out _))));
        Assert.Equal(["example.com", "*.example.net"], read.Scope.Patterns);
        Assert.DoesNotContain(secret.Split('_')[2], System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"role\":\"emperor\",\"zones\":[]}")]
    [InlineData("no json")]
    public void Document_Damaged_IsNone(string body) => Assert.Null(TokenDocument.TryRead("id", System.Text.Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("example.com", "example.com", true)]
    [InlineData("example.com", "EXAMPLE.com.", true)]
    [InlineData("example.com", "sub.example.com", false)]
    [InlineData("*.example.com", "sub.example.com", true)]
    [InlineData("*.example.com", "a.b.example.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", "badexample.com", false)]
    public void Scope_Pattern_ContainsWhatItNames(string pattern, string zone, bool isIn)
    {
        ZoneScope? scope = ZoneScope.TryCreate([pattern], out string? problem);

        Assert.Null(problem);
        Assert.Equal(isIn, scope!.Contains(zone));
    }

    [Theory]
    [InlineData("ex*mple.com")]
    [InlineData("*.*.com")]
    [InlineData("a..b")]
    public void Scope_NoZone_IsRefused(string pattern)
    {
        Assert.Null(ZoneScope.TryCreate([pattern], out string? problem));
        Assert.Contains(pattern, problem, StringComparison.Ordinal);
    }
}
