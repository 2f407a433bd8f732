using Meridian.Control.Access;

namespace Meridian.Control.Tests.Access;

/// <summary>Which zones a key is for.</summary>
public sealed class ZoneScopeTests
{
    [Theory]
    [InlineData("example.com", "example.com", true)]
    [InlineData("example.com", "EXAMPLE.com.", true)]
    [InlineData("example.com", "www.example.com", false)]
    [InlineData("*.example.com", "www.example.com", true)]
    [InlineData("*.example.com", "a.b.example.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", "notexample.com", false)]
    // One label that ends as two others do: RFC 1035 §5.1 escapes, by digit and by character.
    [InlineData("*.example.com", @"evil\.example.com", false)]
    [InlineData("*.example.com", @"evil\046example.com", false)]
    [InlineData("*.example.com", @"a.evil\.example.com", false)]
    [InlineData("example.com", @"e\120ample.com", true)]
    [InlineData("*.example.com", "", false)]
    [InlineData("*.example.com", "..", false)]
    // All zones of a name, whichever views see them.
    [InlineData("example.com", "example.com@in", true)]
    [InlineData("*.example.com", "corp.example.com@Z0ABC", true)]
    [InlineData("other.com", "example.com@in", false)]
    [InlineData("example.com", @"x\@example.com", false)]
    public void Contains_Zone_GoesByLabels(string pattern, string zone, bool isIn) =>
        Assert.Equal(isIn, ZoneScope.TryCreate([pattern], out _)?.Contains(zone));

    [Theory]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData(".")]
    [InlineData("a.*.com")]
    [InlineData("a..com")]
    public void TryCreate_WhatIsNoZone_SaysSo(string pattern)
    {
        Assert.Null(ZoneScope.TryCreate([pattern], out string? problem));
        Assert.Contains("is not a zone", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCreate_OneOfSeveralZones_SaysWhatToLeaveOut()
    {
        Assert.Null(ZoneScope.TryCreate(["example.com@in"], out string? problem));
        Assert.Contains("leave out what begins with '@'", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_EveryZone_IsIn() => Assert.True(ZoneScope.All.Contains("anything.example"));
}
