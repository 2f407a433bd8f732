using Meridian.Engine.Health;

namespace Meridian.Health.Judging;

/// <summary>
/// Turns results into a verdict. Pure. A verdict flips when as many results in a row disagree with it as the rules
/// ask for. Where there is no verdict yet, the first result is one: a new or restarted server then knows every
/// member after one probe, and a wrong first impression is put right by the same counts as any other verdict.
/// </summary>
public static class Judge
{
    /// <summary>The state after one more result.</summary>
    public static JudgeState Next(JudgeState state, JudgeRules rules, bool isSuccess)
    {
        HealthState said = isSuccess ? HealthState.Up : HealthState.Down;
        if (state.State == said || state.State == HealthState.Unknown)
        {
            return new JudgeState(said, 0);
        }

        int against = state.Against + 1;
        return against >= NeededAgainst(state.State, rules) ? new JudgeState(said, 0) : state with { Against = against };
    }

    /// <summary>
    /// The least time in which the verdict could flip if all results to come disagree with it; null while nothing
    /// points that way. Without a verdict, the next result is one.
    /// </summary>
    /// <param name="state">The state after the last result.</param>
    /// <param name="rules">What it takes.</param>
    /// <param name="untilNext">Time until the next probe starts.</param>
    /// <param name="interval">Time from the start of one probe to the start of the next.</param>
    public static TimeSpan? EarliestChange(JudgeState state, JudgeRules rules, TimeSpan untilNext, TimeSpan interval)
    {
        if (state.State == HealthState.Unknown)
        {
            return untilNext;
        }

        return state.Against == 0
            ? null
            : untilNext + ((NeededAgainst(state.State, rules) - state.Against - 1) * interval);
    }

    /// <summary>Results in a row that must disagree to flip this verdict.</summary>
    public static int NeededAgainst(HealthState state, JudgeRules rules) => state switch
    {
        HealthState.Up => rules.Fall,
        HealthState.Down => rules.Rise,
        _ => 1,
    };
}
