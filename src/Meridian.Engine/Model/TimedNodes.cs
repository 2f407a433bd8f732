using System.Collections.Immutable;

namespace Meridian.Engine.Model;

/// <summary>The first window that contains the present moment and whose child is available, then the default.</summary>
/// <param name="TimeZone">An IANA time zone, such as <c>Europe/Paris</c>.</param>
/// <param name="Windows">In order of precedence.</param>
/// <param name="Default">Outside all windows, and when their children are unavailable; null gives no answer then.</param>
public sealed record ScheduleNode(string TimeZone, ImmutableArray<ScheduleWindow> Windows, SteeringNode? Default) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Default is null
        ? Windows.Select(window => window.Node)
        : Windows.Select(window => window.Node).Append(Default);
}

/// <summary>When a child of a schedule node is used: all that is given must hold, in local time.</summary>
public sealed record ScheduleWindow
{
    /// <summary>Bit 0 is Sunday, as <see cref="DayOfWeek"/> counts; all set by default.</summary>
    public int Days { get; init; } = 0x7F;

    /// <summary>Second of the day at which it begins, 0 to 86,399.</summary>
    public int FromSecond { get; init; }

    /// <summary>
    /// Second of the day before which it ends, 1 to 86,400. At or below <see cref="FromSecond"/> it runs over midnight
    /// and belongs to the day on which it began.
    /// </summary>
    public int ToSecond { get; init; } = 86_400;

    /// <summary>The first date; null for no bound.</summary>
    public DateOnly? FirstDate { get; init; }

    /// <summary>The last date, inclusive; null for no bound.</summary>
    public DateOnly? LastDate { get; init; }

    public required SteeringNode Node { get; init; }
}

/// <summary>
/// Moves a growing share from one child to another, step by step. While its guard fails nothing is moved, and when the
/// guard is well again the ramp begins anew at that moment.
/// </summary>
public sealed record RampNode : SteeringNode
{
    public required SteeringNode From { get; init; }

    public required SteeringNode To { get; init; }

    /// <summary>Percent moved in each step, 0 to 100; the last one stays.</summary>
    public required ImmutableArray<double> Steps { get; init; }

    /// <summary>How long each step but the last takes; 1 s or more.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>When the first step begins.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>A key of <see cref="MeridianModel.Monitors"/>; fails while any member that it checks is down. Null for none.</summary>
    public string? Guard { get; init; }

    /// <summary>The same client network keeps its side until the share grows over it.</summary>
    public bool Sticky { get; init; }

    public override IEnumerable<SteeringNode> Children => [From, To];
}

/// <summary>Moves a share from one child to another that grows with the first one's load, between two watermarks.</summary>
public sealed record ShedNode : SteeringNode
{
    public required SteeringNode Of { get; init; }

    public required SteeringNode To { get; init; }

    /// <summary>Whose load counts: the name of <see cref="Of"/>, or another subject of the load feed.</summary>
    public required string Subject { get; init; }

    /// <summary>Which reading.</summary>
    public string Metric { get; init; } = "load";

    /// <summary>Up to here nothing is moved; 0 or more.</summary>
    public required double Low { get; init; }

    /// <summary>From here on everything is moved; above <see cref="Low"/>.</summary>
    public required double High { get; init; }

    /// <summary>The same client network keeps its side until the share grows over it.</summary>
    public bool Sticky { get; init; }

    public override IEnumerable<SteeringNode> Children => [Of, To];
}
