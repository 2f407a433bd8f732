using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Quorum;

namespace Meridian.Health.Tests.Quorum;

public sealed class VoteCountTests
{
    [Theory]
    [InlineData(UpWhenKind.Majority, 0, 2, 1, HealthState.Up)]
    [InlineData(UpWhenKind.Majority, 0, 1, 2, HealthState.Down)]
    [InlineData(UpWhenKind.Any, 0, 1, 4, HealthState.Up)]
    [InlineData(UpWhenKind.Any, 0, 0, 5, HealthState.Down)]
    [InlineData(UpWhenKind.All, 0, 4, 1, HealthState.Down)]
    [InlineData(UpWhenKind.All, 0, 5, 0, HealthState.Up)]
    [InlineData(UpWhenKind.Count, 2, 2, 3, HealthState.Up)]
    [InlineData(UpWhenKind.Count, 2, 1, 4, HealthState.Down)]
    [InlineData(UpWhenKind.Percent, 18, 1, 4, HealthState.Up)] // 20 %.
    [InlineData(UpWhenKind.Percent, 18, 1, 5, HealthState.Down)] // 16.7 %.
    public void Decide_EnoughVotes_FollowsTheRule(UpWhenKind kind, int value, int up, int down, HealthState expected)
    {
        QuorumModel rules = Rules(kind, value, minVotes: 1);

        Assert.Equal(expected, VoteCount.Decide(HealthState.Up, up, down, rules));
        Assert.Equal(expected, VoteCount.Decide(HealthState.Down, up, down, rules));
        Assert.Equal(expected, VoteCount.Decide(HealthState.Unknown, up, down, rules));
    }

    [Theory]
    [InlineData(UpWhenKind.Majority, 0, 2, 2)]
    [InlineData(UpWhenKind.Percent, 50, 1, 1)]
    [InlineData(UpWhenKind.Percent, 25, 1, 3)]
    public void Decide_Tie_ChangesNothing(UpWhenKind kind, int value, int up, int down)
    {
        foreach (HealthState before in Enum.GetValues<HealthState>())
        {
            Assert.Equal(before, VoteCount.Decide(before, up, down, Rules(kind, value, minVotes: 1)));
        }
    }

    [Theory]
    [InlineData(HealthState.Up, HealthState.Up)]
    [InlineData(HealthState.Down, HealthState.Down)]
    [InlineData(HealthState.Unknown, HealthState.Down)]
    public void Decide_TooFewSee_IsWhatTheMonitorSaysOfThat(HealthState whenUnseen, HealthState expected)
    {
        QuorumModel rules = Rules(UpWhenKind.Percent, 18, minVotes: 3) with { WhenUnseen = whenUnseen };

        Assert.Equal(expected, VoteCount.Decide(HealthState.Down, 2, 0, rules));
        Assert.Equal(expected, VoteCount.Decide(HealthState.Down, 0, 0, rules));
        Assert.Equal(HealthState.Up, VoteCount.Decide(HealthState.Down, 1, 2, rules));
    }

    [Fact]
    public void Decide_AnyVotes_FewerThanNeededStandStillAndMoreUpNeverBringsDown()
    {
        Gen<(UpWhenKind Kind, int Value, int Up, int Down, int MinVotes)> cases =
            from kind in Gen.Elements(Enum.GetValues<UpWhenKind>())
            from value in Gen.Choose(1, 32)
            from up in Gen.Choose(0, 32)
            from down in Gen.Choose(0, 32)
            from minVotes in Gen.Choose(1, 32)
            select (kind, value, up, down, minVotes);
        Prop.ForAll(cases.ToArbitrary(), votes =>
        {
            QuorumModel rules = Rules(votes.Kind, votes.Value, votes.MinVotes);
            HealthState state = VoteCount.Decide(HealthState.Up, votes.Up, votes.Down, rules);
            bool stands = votes.Up + votes.Down >= votes.MinVotes || state == HealthState.Up;
            HealthState oneMore = votes.Down == 0 ? state : VoteCount.Decide(HealthState.Up, votes.Up + 1, votes.Down - 1, rules);
            return stands && (state != HealthState.Up || oneMore == HealthState.Up);
        }).QuickCheckThrowOnFailure();
    }

    private static QuorumModel Rules(UpWhenKind kind, int value, int minVotes) =>
        new() { From = ["a", "b", "c", "d"], UpWhen = new UpWhenModel(kind, value), MinVotes = minVotes };
}
