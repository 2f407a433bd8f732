using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Health.Quorum;

/// <summary>
/// Turns votes into a verdict. Pure. Only sighted vantage points that have an opinion count, on both sides of every
/// comparison: who is cut off, blind or silent is no vote for down.
/// </summary>
public static class VoteCount
{
    /// <summary>The verdict that follows. What the votes do not settle leaves the one before.</summary>
    /// <param name="before">The present verdict.</param>
    /// <param name="up">Sighted vantage points that say up.</param>
    /// <param name="down">Sighted vantage points that say down.</param>
    /// <param name="rules">What it takes.</param>
    public static HealthState Decide(HealthState before, int up, int down, QuorumModel rules)
    {
        int sighted = up + down;
        if (sighted == 0 || sighted < rules.MinVotes)
        {
            return rules.WhenUnseen == HealthState.Unknown ? before : rules.WhenUnseen;
        }

        int balance = rules.UpWhen.Kind switch
        {
            UpWhenKind.Any => up > 0 ? 1 : -1,
            UpWhenKind.All => down == 0 ? 1 : -1,
            UpWhenKind.Count => up >= rules.UpWhen.Value ? 1 : -1,

            // In whole numbers, so that a tie is a tie.
            UpWhenKind.Percent => (up * 100).CompareTo(rules.UpWhen.Value * sighted),
            _ => up.CompareTo(down),
        };
        return balance switch
        {
            > 0 => HealthState.Up,
            < 0 => HealthState.Down,
            _ => before,
        };
    }
}
