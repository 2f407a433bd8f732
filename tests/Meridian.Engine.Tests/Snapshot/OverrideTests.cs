using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Tests.Snapshot;

public sealed class OverrideTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);
    private static readonly MemberModel Member = new() { Address = System.Net.IPAddress.Parse("203.0.113.10") };
    private static readonly PoolModel Pool = new() { Name = "web-eu", Site = "eu", Members = [Member] };

    [Theory]
    [InlineData("web-eu", null, null, true)]
    [InlineData(null, "203.0.113.10", null, true)]
    [InlineData(null, null, "eu", true)]
    [InlineData("web-us", "203.0.113.10", null, false)]
    [InlineData(null, "203.0.113.11", null, false)]
    [InlineData(null, null, "us", false)]
    public void IsAbout_Target_IsMemberPoolOrSite(string? pool, string? member, string? site, bool expected) =>
        Assert.Equal(expected, Word(AdminState.Draining) is var word && (word with { Pool = pool, Member = member, Site = site }).IsAbout(Pool, Member));

    [Fact]
    public void AdminAt_Window_BeginsAndEndsByItself()
    {
        MemberSlot slot = Slot(Word(AdminState.ForcedDown) with { From = Now, Until = Now.AddHours(1) });

        Assert.Equal(AdminState.Auto, slot.AdminAt(Now.AddTicks(-1)).State);
        Assert.Equal(AdminState.ForcedDown, slot.AdminAt(Now).State);
        Assert.Equal("works", slot.AdminAt(Now).By?.Name);
        Assert.Equal(AdminState.Auto, slot.AdminAt(Now.AddHours(1)).State);
    }

    [Fact]
    public void AdminAt_SeveralWords_TheNarrowestGoesFirst()
    {
        OverrideModel site = Word(AdminState.ForcedDown) with { Site = "eu" };
        OverrideModel pool = Word(AdminState.Draining) with { Pool = "web-eu", Until = Now.AddHours(1) };
        OverrideModel member = Word(AdminState.ForcedUp) with { Member = "203.0.113.10", Until = Now.AddMinutes(1) };
        MemberSlot slot = Slot([.. new[] { site, pool, member }.OrderByDescending(word => word.Rank)]);

        Assert.Equal(AdminState.ForcedUp, slot.AdminAt(Now).State);
        Assert.Equal(AdminState.Draining, slot.AdminAt(Now.AddMinutes(1)).State);
        Assert.Equal(AdminState.ForcedDown, slot.AdminAt(Now.AddHours(1)).State);
    }

    private static OverrideModel Word(AdminState state) => new() { Name = "works", State = state, Reason = "power works", Author = "ann" };

    private static MemberSlot Slot(params OverrideModel[] words) =>
        new(new MemberKey(Pool.Name, Member.Target), Pool, Member, null) { Overrides = [.. words] };
}
