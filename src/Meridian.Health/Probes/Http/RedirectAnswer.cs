using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Http;

/// <summary>Where one answer sends the probe, for who follows. Filled in while the answer is read.</summary>
internal sealed class RedirectAnswer
{
    /// <summary>The status of the final answer; 0 when there was none.</summary>
    internal int Status { get; private set; }

    /// <summary>The Location field, as it stands there; null without one.</summary>
    internal string? Location { get; private set; }

    /// <summary>Whether the answer was one to follow.</summary>
    internal bool IsRedirect { get; private set; }

    /// <summary>Takes the head of an answer in.</summary>
    /// <param name="monitor">What it expects is not followed: it is the answer.</param>
    /// <param name="status">The status.</param>
    /// <param name="location">The Location field; null without one.</param>
    internal void Take(MonitorModel monitor, int status, string? location)
    {
        (Status, Location) = (status, location);
        // RFC 9110 §15.4: 300 leaves the choice to a person, 304 is about caches, 305 and 306 are no longer used.
        IsRedirect = status is 301 or 302 or 303 or 307 or 308 && !HttpProbe.IsExpected(monitor, status);
    }
}
