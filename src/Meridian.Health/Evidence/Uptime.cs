using System.Collections.Immutable;
using Meridian.Engine.Health;

namespace Meridian.Health.Evidence;

/// <summary>
/// How long a member was down within the last hour, day and thirty days, in a few hundred octets however often it changed.
/// Memory is taken only once it has been down at all. Not safe for concurrent use.
/// </summary>
internal sealed class Uptime
{
    // A window ends with whole buckets: minutes of an hour, quarters of a day, half days of a month.
    private static readonly (TimeSpan Bucket, int Count)[] Windows =
    [
        (TimeSpan.FromMinutes(1), 60), (TimeSpan.FromMinutes(15), 96), (TimeSpan.FromHours(12), 60),
    ];

    private readonly DowntimeRing?[] _rings = new DowntimeRing?[Windows.Length];
    private DateTimeOffset? _observedFrom;
    private DateTimeOffset? _downSince;

    /// <summary>The state changed.</summary>
    internal void Become(HealthState state, DateTimeOffset at)
    {
        _observedFrom ??= at;
        Settle(at);
        _downSince = state == HealthState.Down ? _downSince ?? at : null;
    }

    /// <summary>The shares of time, 0 to 1, that it was up; null without a verdict. Time before the first verdict is left out.</summary>
    internal UptimeReport? Report(DateTimeOffset now)
    {
        if (_observedFrom is not { } from)
        {
            return null;
        }

        Settle(now);
        return new UptimeReport(Share(0, from, now), Share(1, from, now), Share(2, from, now), from);
    }

    internal UptimeRecord? ToRecord(DateTimeOffset now)
    {
        if (_observedFrom is not { } from)
        {
            return null;
        }

        Settle(now);
        return new UptimeRecord(from, now, [.. _rings.Select(ring => ring?.ToRecord())]);
    }

    internal void Restore(UptimeRecord record)
    {
        _observedFrom = record.From;

        // What lies before is in the rings already.
        _downSince = _downSince is null ? null : record.At;
        for (int i = 0; i < Windows.Length && !record.Windows.IsDefault && i < record.Windows.Length; i++)
        {
            _rings[i] = record.Windows[i] is { } ring ? DowntimeRing.Of(ring, Windows[i].Bucket, Windows[i].Count) : null;
        }
    }

    private double Share(int window, DateTimeOffset from, DateTimeOffset now)
    {
        (TimeSpan bucket, int count) = Windows[window];
        TimeSpan observed = now - from < bucket * count ? now - from : bucket * count;
        TimeSpan down = _rings[window]?.Sum(now) ?? TimeSpan.Zero;
        return observed <= TimeSpan.Zero ? (_downSince is null ? 1 : 0) : Math.Clamp(1 - (down / observed), 0, 1);
    }

    /// <summary>Books what it was down until now.</summary>
    private void Settle(DateTimeOffset now)
    {
        if (_downSince is not { } since || since >= now)
        {
            return;
        }

        for (int i = 0; i < Windows.Length; i++)
        {
            DowntimeRing ring = _rings[i] ??= new DowntimeRing(Windows[i].Bucket, Windows[i].Count);
            ring.Add(since, now);
        }

        _downSince = now;
    }
}

/// <summary>The shares of time that a member was up, 0 to 1.</summary>
/// <param name="Hour">Of the last hour.</param>
/// <param name="Day">Of the last 24 hours.</param>
/// <param name="Month">Of the last 30 days.</param>
/// <param name="ObservedFrom">When its first verdict came: what lies before it is not counted.</param>
public sealed record UptimeReport(double Hour, double Day, double Month, DateTimeOffset ObservedFrom);

/// <summary>What is kept of it over a restart.</summary>
/// <param name="From">When the first verdict came.</param>
/// <param name="At">Until when downtime is in the windows.</param>
/// <param name="Windows">Of an hour, a day, a month; null for one without downtime.</param>
internal sealed record UptimeRecord(DateTimeOffset From, DateTimeOffset At, ImmutableArray<DowntimeRecord?> Windows);
