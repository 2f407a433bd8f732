using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;

namespace Meridian.Health.Publishing;

/// <summary>How the verdict of a calculated check follows from those of others. Guarded by the engine's lock.</summary>
/// <param name="Terms">The checks and what each counts for.</param>
/// <param name="AtLeast">The weight that must hold.</param>
internal sealed record Calculation(ImmutableArray<Term> Terms, int AtLeast)
{
    /// <summary>
    /// The verdict that follows; <see cref="HealthState.Unknown"/> while checks without a verdict could still tip it. What is
    /// settled already is not kept waiting by them.
    /// </summary>
    internal HealthState Evaluate()
    {
        int holding = 0;
        int open = 0;
        foreach (Term term in Terms)
        {
            HealthState state = term.Check.State;
            holding += term.Holds ? term.Weight : 0;
            open += state == HealthState.Unknown ? term.Weight : 0;
        }

        return holding >= AtLeast ? HealthState.Up : holding + open < AtLeast ? HealthState.Down : HealthState.Unknown;
    }

    /// <summary>The shortest time in which one of the checks could change; 0 when none is about to.</summary>
    internal uint MayChangeInSeconds()
    {
        uint least = 0;
        foreach (Term term in Terms)
        {
            uint own = term.Check.Verdict.MayChangeInSeconds;
            least = least == 0 || (own > 0 && own < least) ? own : least;
        }

        return least;
    }

    /// <summary>Such as <c>weight 1 of 3 holds, 2 needed: web down (status 503), db up, not maintenance up</c>.</summary>
    internal string Describe()
    {
        int holding = Terms.Sum(term => term.Holds ? term.Weight : 0);
        string parts = string.Join(", ", Terms.Select(term => term.ToString()));
        return string.Create(CultureInfo.InvariantCulture, $"weight {holding} of {Terms.Sum(term => term.Weight)} holds, {AtLeast} needed: {parts}");
    }

    /// <summary>For reports.</summary>
    internal ImmutableArray<CalculatedPart> ToParts() =>
    [
        .. Terms.Select(term => new CalculatedPart(
            term.Check.Monitor.Name, term.Check.State, term.Weight, term.IsInverted, term.Check.Cause ?? "")),
    ];
}

/// <summary>One check in a calculation.</summary>
internal readonly record struct Term(Check Check, int Weight, bool IsInverted)
{
    internal bool Holds => Check.State == (IsInverted ? HealthState.Down : HealthState.Up);

    public override string ToString()
    {
        string cause = Check.State == HealthState.Down ? $" ({Check.Cause})" : "";
        return $"{(IsInverted ? "not " : "")}{Check.Monitor.Name} {HealthMetrics.NameOf(Check.State)}{cause}";
    }
}
