using Meridian.Engine.Model;

namespace Meridian.Simulation.Scenarios;

/// <summary>Something that happens in a run.</summary>
/// <param name="At">When, in seconds from the start; 0 or more.</param>
public abstract record ScenarioEvent(double At)
{
    /// <summary>What happens, in words.</summary>
    public abstract string Description { get; }
}

/// <summary>Which members an event is about.</summary>
/// <param name="Kind">What the name names.</param>
/// <param name="Name">A site, a pool, or a member's address or hostname.</param>
public sealed record Subject(SubjectKind Kind, string Name)
{
    /// <summary>Whether a member is meant.</summary>
    public bool Holds(PoolModel pool, MemberModel member) => Kind switch
    {
        SubjectKind.Site => (member.Site ?? pool.Site) == Name,
        SubjectKind.Pool => pool.Name == Name,
        _ => member.Target == Name,
    };

    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()} {Name}";
}

/// <summary>What a <see cref="Subject"/> names.</summary>
public enum SubjectKind
{
    Site,
    Pool,
    Member,
}

/// <summary>Members stop working, and are found out by their monitors.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">Which.</param>
/// <param name="For">For how many seconds; null for good.</param>
/// <param name="IsSilent">Whether probes run into their time-outs (a dead network) instead of being refused at once.</param>
public sealed record Failure(double At, Subject Subject, double? For, bool IsSilent) : ScenarioEvent(At)
{
    /// <summary>When it is found out, in seconds from the failure; null goes by the members' monitors.</summary>
    public double? FoundAfter { get; init; }

    public override string Description => $"{Subject} fails{(For is { } seconds ? $" for {seconds:0} s" : "")}";
}

/// <summary>Members are drained: they work on, but are in no new answer.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">Which.</param>
/// <param name="For">For how many seconds; null for good.</param>
public sealed record Drain(double At, Subject Subject, double? For) : ScenarioEvent(At)
{
    public override string Description => $"{Subject} is drained{(For is { } seconds ? $" for {seconds:0} s" : "")}";
}

/// <summary>A policy's TTL is changed.</summary>
/// <param name="At">When.</param>
/// <param name="Policy">Its name.</param>
/// <param name="Seconds">The new TTL, 0 to 604,800.</param>
public sealed record TtlChange(double At, string Policy, uint Seconds) : ScenarioEvent(At)
{
    public override string Description => $"TTL of {Policy} becomes {Seconds} s";
}

/// <summary>The weight of a child of a policy's weighted nodes is changed.</summary>
/// <param name="At">When.</param>
/// <param name="Policy">Its name.</param>
/// <param name="Child">The pool or policy that the child names.</param>
/// <param name="Weight">The new weight, 0 to 1,000,000.</param>
public sealed record WeightChange(double At, string Policy, string Child, int Weight) : ScenarioEvent(At)
{
    public override string Description => $"weight of {Child} in {Policy} becomes {Weight}";
}

/// <summary>Another configuration is published: a mistake, or its correction.</summary>
/// <param name="At">When.</param>
/// <param name="Model">The configuration.</param>
/// <param name="Name">What to call it.</param>
public sealed record NewConfiguration(double At, MeridianModel Model, string Name) : ScenarioEvent(At)
{
    public override string Description => $"{Name} is published";
}
