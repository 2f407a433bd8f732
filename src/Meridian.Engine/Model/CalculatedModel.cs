namespace Meridian.Engine.Model;

/// <summary>Monitors that together say whether a member works. Each of them asks the same member.</summary>
public sealed record CalculatedModel
{
    public required ModelList<CalculatedTerm> Terms { get; init; }

    /// <summary>The member is up when the weights of the terms that hold add up to this; at least 1.</summary>
    public required int AtLeast { get; init; }

    /// <summary>The weights of all terms.</summary>
    public int TotalWeight
    {
        get
        {
            int total = 0;
            foreach (CalculatedTerm term in Terms.AsSpan())
            {
                total += term.Weight;
            }
            return total;
        }
    }
}

/// <summary>One monitor in a calculated one.</summary>
/// <param name="Monitor">What is asked; may be calculated too.</param>
/// <param name="Weight">1 to 1,000.</param>
/// <param name="IsInverted">Whether the term holds when the monitor says down.</param>
public sealed record CalculatedTerm(MonitorModel Monitor, int Weight, bool IsInverted);
