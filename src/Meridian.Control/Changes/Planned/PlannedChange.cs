namespace Meridian.Control.Changes.Planned;

/// <summary>A planned change as it is now.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="Name">The name whose TTL is lowered ahead.</param>
/// <param name="Step">How far it is.</param>
/// <param name="Author">Who planned it.</param>
/// <param name="Message">What it does.</param>
/// <param name="At">When the change is wanted.</param>
/// <param name="LowerAt">When the TTL is lowered, or was.</param>
/// <param name="ChangeAt">When the change can be made, or was: later than wanted when the TTL was lowered late.</param>
/// <param name="EndAt">When the TTL is restored, or was.</param>
/// <param name="OldTtlSeconds">The TTL before.</param>
/// <param name="LowTtlSeconds">The TTL around the change.</param>
/// <param name="TailSeconds">How much longer than their TTL caches are taken to keep answers.</param>
/// <param name="IsForced">Whether it is made at its time whatever caches may hold.</param>
/// <param name="Note">How it ended, or what holds it up; empty when there is nothing to say.</param>
public sealed record PlannedChange(
    string Id,
    string Name,
    PlannedStep Step,
    string Author,
    string Message,
    DateTimeOffset At,
    DateTimeOffset LowerAt,
    DateTimeOffset ChangeAt,
    DateTimeOffset EndAt,
    uint OldTtlSeconds,
    uint LowTtlSeconds,
    double TailSeconds,
    bool IsForced,
    string Note)
{
    /// <summary>When the next step is due; its end when it has none.</summary>
    public DateTimeOffset NextAt => Step switch
    {
        PlannedStep.Waiting => LowerAt,
        PlannedStep.Lowered => ChangeAt,
        _ => EndAt,
    };
}
