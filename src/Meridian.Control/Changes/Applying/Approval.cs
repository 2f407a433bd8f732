using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Observing;
using Meridian.Engine.Health;

namespace Meridian.Control.Changes.Applying;

/// <summary>How a change comes that does not simply come.</summary>
/// <param name="Kept">The document in which it waited until it was let through; null when it did not.</param>
/// <param name="Stage">How it is to grow; null applies it at once.</param>
internal readonly record struct Approval(DocumentKey? Kept, StageStart? Stage = null)
{
    public static Approval None => default;
}

/// <summary>The beginning of a stage.</summary>
/// <param name="Plan">How it grows.</param>
/// <param name="At">When it begins.</param>
/// <param name="Verdicts">What the health checks say then.</param>
/// <param name="Volumes">Who asked how much by then.</param>
internal sealed record StageStart(StagePlan Plan, DateTimeOffset At, IVerdictSource Verdicts, BucketVolumes Volumes);
