using System.Net;
using Meridian.Control.Resolving;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;

namespace Meridian.Control.Tests.Resolving;

/// <summary>What is answered after each outcome of a lookup, and when the next one is due.</summary>
public sealed class OutsideEntryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly ResolversModel Settings = new();
    private readonly OutsideEntry _entry = new(new OutsideName(DomainName.Parse("lb.cloud.example."), null), RecordType.A);

    [Theory]
    [InlineData(300u, 240)]
    [InlineData(100u, 80)]
    [InlineData(20u, 21)]
    [InlineData(3u, 5)]
    [InlineData(0u, 5)]
    [InlineData(86_400u, 2880)]
    public void Take_Addresses_AreRenewedAheadOfTheirEnd(uint ttl, int seconds)
    {
        Take(Found(ttl), 0);
        Assert.Equal(TimeSpan.FromSeconds(seconds), _entry.Due - Start);
        // Spread by a tenth to each side, whatever the draw.
        _entry.Take(Found(300), Settings, Start, 0.0);
        Assert.Equal(TimeSpan.FromSeconds(216), _entry.Due - Start);
        _entry.Take(Found(300), Settings, Start, 0.999999);
        Assert.InRange((_entry.Due - Start).TotalSeconds, 263.9, 264);
    }

    [Fact]
    public void Take_TailOfACachedAnswer_IsRenewedRightBehindItAndNotAnsweredAsUncacheable()
    {
        Take(Found(8), 0);
        ResolvedAnswer? tail = Take(Found(0), 8);
        Assert.Equal(Start.AddSeconds(8).ToUnixTimeSeconds(), tail?.ExpiresAt);
        Assert.Equal(Start.AddSeconds(9), _entry.Due);
        Take(Found(8), 9);
        Assert.Equal(Start.AddSeconds(18), _entry.Due);
        // A target that always says 0 means it.
        Take(Found(0), 18);
        ResolvedAnswer? uncacheable = Take(Found(0), 19);
        Assert.Equal((0, Start.AddSeconds(24)), (uncacheable?.ExpiresAt, _entry.Due));
    }

    [Fact]
    public void Take_Failures_KeepTheLastGoodAnswerAndRetryEverLater()
    {
        ResolvedAnswer? good = Take(Found(60), 0);
        Assert.Null(Take(Lookup.Failed("no answer in time"), 50));
        Assert.Equal((false, false), (good!.IsStale, _entry.IsTroubled)); // Found makes an answer.
        ResolvedAnswer? stale = Take(Lookup.Failed("no answer in time"), 61);
        Assert.Equal((true, "192.0.2.1", true), (stale!.IsStale, stale.Addresses[0].ToString(), _entry.IsTroubled)); // Past its end.
        Assert.Equal(Start.AddSeconds(50), _entry.FailingSince);
        List<double> waits = [];
        for (int i = 0; i < 8; i++)
        {
            Take(Lookup.Failed("no answer in time"), 100);
            waits.Add((_entry.Due - Start).TotalSeconds - 100);
        }
        Assert.Equal([8, 16, 32, 60, 60, 60, 60, 60], waits);
        ResolvedAnswer? back = Take(Found(60), 200);
        Assert.Equal((false, false, null, ""), (back!.IsStale, _entry.IsTroubled, _entry.FailingSince, _entry.Problem)); // Something new.
    }

    [Fact]
    public void Take_FailuresForLongerThanIsKept_EndTheAnswer()
    {
        Take(Found(60), 0);
        Assert.Equal(ResolutionState.Found, Take(Lookup.Failed("x"), Settings.Keep.TotalSeconds)?.State);
        Assert.Equal(ResolutionState.Failed, Take(Lookup.Failed("x"), Settings.Keep.TotalSeconds + 1)?.State);
    }

    [Fact]
    public void Take_FirstLookupFails_IsFailed() => Assert.Equal(ResolutionState.Failed, Take(Lookup.Failed("x"), 0)?.State);

    [Theory]
    [InlineData(ResolutionState.NxDomain)]
    [InlineData(ResolutionState.NoData)]
    public void Take_DenialOfGoodAddresses_IsBelievedOnceItHasLasted(ResolutionState state)
    {
        Take(Found(30), 0);
        Assert.Null(Take(Denied(state, 300), 24));
        Assert.True(_entry.IsTroubled);
        // Asked again when the doubt may end, not when the zone's own TTL for it does.
        Assert.Equal(Start.AddSeconds(84), _entry.Due);
        Assert.Equal((ResolutionState.Found, true), (Take(Denied(state, 300), 40)!.State, _entry.Answer!.IsStale)); // Answered before.
        Assert.Equal(state, Take(Denied(state, 300), 84)?.State);
        Assert.False(_entry.IsTroubled);
        Assert.Equal(ResolutionState.Found, Take(Found(30), 400)?.State);
    }

    [Fact]
    public void Take_DenialThatIsTakenBack_ChangesNothing()
    {
        Take(Found(30), 0);
        Take(Denied(ResolutionState.NxDomain, 300), 24);
        Take(Found(30), 30);
        Assert.Null(_entry.DeniedSince);
        // The next one begins to count anew.
        Assert.Null(Take(Denied(ResolutionState.NxDomain, 300), 50));
        Assert.Equal(ResolutionState.Found, _entry.Answer?.State);
    }

    [Fact]
    public void Take_FirstDenial_IsBelievedAtOnceAndAskedAgainInTime()
    {
        Assert.Equal(ResolutionState.NxDomain, Take(Denied(ResolutionState.NxDomain, 3600), 0)?.State);
        Assert.Equal(TimeSpan.FromMinutes(5), _entry.Due - Start);
        Assert.Null(Take(Denied(ResolutionState.NxDomain, 0), 0));
        Assert.Equal(TimeSpan.FromSeconds(5), _entry.Due - Start);
    }

    [Fact]
    public void Take_FailuresAfterADenial_LeaveItAsItIs()
    {
        Take(Denied(ResolutionState.NxDomain, 60), 0);
        Assert.Null(Take(Lookup.Failed("x"), 61));
        Assert.Equal(ResolutionState.NxDomain, _entry.Answer?.State);
    }

    private static Lookup Found(uint ttl) => new() { State = ResolutionState.Found, Addresses = [IPAddress.Parse("192.0.2.1")], TtlSeconds = ttl };

    private static Lookup Denied(ResolutionState state, uint ttl) => new() { State = state, TtlSeconds = ttl };

    private ResolvedAnswer? Take(Lookup lookup, double seconds) => _entry.Take(lookup, Settings, Start.AddSeconds(seconds), 0.5);
}
