using Meridian.Engine.Health;

namespace Meridian.Engine.Model;

/// <summary>How the votes of several vantage points become one verdict.</summary>
public sealed record QuorumModel
{
    /// <summary>The vantage points that check and vote; at least one. This server takes part when its own name is among them.</summary>
    public required ModelList<string> From { get; init; }

    /// <summary>How many of the sighted vantage points must say up.</summary>
    public UpWhenModel UpWhen { get; init; } = new(UpWhenKind.Majority, 0);

    /// <summary>With fewer sighted vantage points than this the votes say nothing, and <see cref="WhenUnseen"/> decides; 1 to 32.</summary>
    public int MinVotes { get; init; } = 1;

    /// <summary>The verdict while too few vantage points see: up, down, or unknown for the last one, which then stands.</summary>
    public HealthState WhenUnseen { get; init; } = HealthState.Unknown;
}

/// <summary>What share or number of the sighted vantage points brings a member up.</summary>
/// <param name="Kind">What is compared.</param>
/// <param name="Value">The percentage (1 to 99) or the number (1 to 32); 0 where neither is asked for.</param>
public readonly record struct UpWhenModel(UpWhenKind Kind, int Value)
{
    /// <summary>As a configuration writes it: <c>majority</c>, <c>18%</c>, <c>2</c>.</summary>
    public override string ToString() => Kind switch
    {
        UpWhenKind.Any => "any",
        UpWhenKind.All => "all",
        UpWhenKind.Percent => $"{Value}%",
        UpWhenKind.Count => $"{Value}",
        _ => "majority",
    };
}

/// <summary>See <see cref="UpWhenModel"/>.</summary>
public enum UpWhenKind : byte
{
    /// <summary>More than half say up; as many as say down is a tie, and changes nothing.</summary>
    Majority,

    /// <summary>One says up.</summary>
    Any,

    /// <summary>None says down.</summary>
    All,

    /// <summary>More than this percentage say up (18 is the rule of Route 53); exactly as many changes nothing.</summary>
    Percent,

    /// <summary>At least so many say up.</summary>
    Count,
}
