using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Health;
using Meridian.Health.Judging;

namespace Meridian.Health.Tests.Judging;

public sealed class JudgeTests
{
    private static readonly JudgeRules Rules = new(Rise: 2, Fall: 3);

    [Theory]
    [InlineData(true, HealthState.Up)]
    [InlineData(false, HealthState.Down)]
    public void Next_FirstResult_IsTheVerdict(bool isSuccess, HealthState expected)
    {
        Assert.Equal(new JudgeState(expected, 0), Judge.Next(default, Rules, isSuccess));
    }

    [Theory]
    [InlineData("+", "U")]
    [InlineData("+--+--+", "UUUUUUU")]
    [InlineData("+---", "UUUD")]
    [InlineData("+---+-++", "UUUDDDDU")]
    [InlineData("-+-+-++-", "DDDDDDUU")]
    public void Next_Sequence_GivesStates(string results, string states)
    {
        JudgeState state = default;
        string actual = "";
        foreach (char result in results)
        {
            state = Judge.Next(state, Rules, result == '+');
            actual += state.State.ToString()[0];
        }

        Assert.Equal(states, actual);
    }

    [Fact]
    public void Next_AnySequence_AgreesWithReference()
    {
        Gen<(int Rise, int Fall, bool[] Results)> cases =
            from rise in Gen.Choose(1, 6)
            from fall in Gen.Choose(1, 6)
            from results in Gen.Elements(true, false).ArrayOf(60)
            select (rise, fall, results);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            JudgeRules rules = new(c.Rise, c.Fall);
            JudgeState state = default;
            for (int i = 0; i < c.Results.Length; i++)
            {
                state = Judge.Next(state, rules, c.Results[i]);
                Assert.Equal(Reference(c.Results.AsSpan(0, i + 1), rules), state.State);
                Assert.InRange(state.Against, 0, Judge.NeededAgainst(state.State, rules) - 1);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void EarliestChange_AnyState_IsWhenAllResultsDisagreeFromNowOn()
    {
        Gen<(int Rise, int Fall, int UntilNext, bool[] Results)> cases =
            from rise in Gen.Choose(1, 6)
            from fall in Gen.Choose(1, 6)
            from untilNext in Gen.Choose(0, 10)
            from results in Gen.Elements(true, false).ArrayOf(20)
            select (rise, fall, untilNext, results);
        TimeSpan interval = TimeSpan.FromSeconds(10);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            JudgeRules rules = new(c.Rise, c.Fall);
            JudgeState state = c.Results.Aggregate(default(JudgeState), (s, r) => Judge.Next(s, rules, r));
            TimeSpan untilNext = TimeSpan.FromSeconds(c.UntilNext);
            TimeSpan? earliest = Judge.EarliestChange(state, rules, untilNext, interval);

            // Play the worst future and see when it flips.
            JudgeState future = state;
            TimeSpan at = untilNext;
            while ((future = Judge.Next(future, rules, state.State == HealthState.Down)).State == state.State)
            {
                at += interval;
            }

            Assert.Equal(state.State != HealthState.Unknown && state.Against == 0 ? null : at, earliest);
        }).QuickCheckThrowOnFailure();
    }

    // The definition, read off the whole history each time: the last stretch of equal results that was long enough.
    private static HealthState Reference(ReadOnlySpan<bool> results, JudgeRules rules)
    {
        HealthState verdict = results[0] ? HealthState.Up : HealthState.Down;
        for (int end = 1; end <= results.Length; end++)
        {
            int run = 1;
            while (run < end && results[end - run - 1] == results[end - 1])
            {
                run++;
            }

            if (run >= (results[end - 1] ? rules.Rise : rules.Fall))
            {
                verdict = results[end - 1] ? HealthState.Up : HealthState.Down;
            }
        }

        return verdict;
    }
}
