using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Staging;

namespace Meridian.Control.Changes.Applying;

/// <summary>How a change comes that does not simply come.</summary>
/// <param name="Kept">The document in which it waited until it was let through; null when it did not.</param>
/// <param name="Stage">How it is to grow; null applies it at once.</param>
/// <param name="At">When it is staged.</param>
internal readonly record struct Approval(DocumentKey? Kept, StagePlan? Stage = null, DateTimeOffset At = default)
{
    public static Approval None => default;
}
