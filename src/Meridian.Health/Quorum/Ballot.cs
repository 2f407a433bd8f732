using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Health.Quorum;

/// <summary>The votes on one check, counted at one moment.</summary>
internal readonly record struct Ballot
{
    internal int Up { get; init; }

    internal int Down { get; init; }

    /// <summary>Sighted vantage points that say it is up, but slow.</summary>
    internal int Degraded { get; init; }

    /// <summary>The shortest time in which one of the votes could change; 0 when none is about to.</summary>
    internal uint MayChangeInSeconds { get; init; }

    internal int Sighted => Up + Down;

    /// <summary>Whether sighted vantage points contradict each other.</summary>
    internal bool IsSplit => Up > 0 && Down > 0;

    /// <summary>Most of those that find it up find it slow.</summary>
    internal bool IsDegraded => Degraded * 2 > Up;

    /// <summary>The same with one more vote.</summary>
    internal Ballot With(HealthState state, bool isDegraded, uint mayChangeInSeconds) => this with
    {
        Up = Up + (state == HealthState.Up ? 1 : 0),
        Down = Down + (state == HealthState.Down ? 1 : 0),
        Degraded = Degraded + (isDegraded ? 1 : 0),
        MayChangeInSeconds = MayChangeInSeconds == 0 || (mayChangeInSeconds > 0 && mayChangeInSeconds < MayChangeInSeconds)
            ? mayChangeInSeconds
            : MayChangeInSeconds,
    };

    /// <summary>Such as <c>2 of 3 sighted vantage points say down (up when majority)</c>.</summary>
    internal string Word(HealthState state, QuorumModel rules) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(state == HealthState.Up ? Up : Down)} of {Sighted} sighted vantage points say {HealthMetrics.NameOf(state)} (up when {rules.UpWhen})");
}
