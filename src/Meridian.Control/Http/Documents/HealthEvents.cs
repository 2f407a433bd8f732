using System.Collections.Immutable;
using System.Text.Json;

namespace Meridian.Control.Http.Documents;

/// <summary>The state of all members, looked at once for all readers of events, however many they are.</summary>
internal sealed class HealthEvents(LocalEndpointSources sources, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);
    private static readonly LocalEndpointJson OneLine = new(new JsonSerializerOptions(LocalEndpointJson.Default.Options) { WriteIndented = false });

    private readonly Lock _lock = new();
    private ImmutableArray<MemberReport> _current = [];
    private long? _takenAt;
    private Task? _takenBefore;

    /// <param name="change">The next change, taken before this is called: a picture of before an earlier one will not do.</param>
    public ImmutableArray<MemberReport> Current(Task change)
    {
        lock (_lock)
        {
            if (_takenAt is not { } at || _takenBefore != change || time.GetElapsedTime(at) >= Freshness)
            {
                _current = sources.Status().Members;
                (_takenAt, _takenBefore) = (time.GetTimestamp(), change);
            }
            return _current;
        }
    }

    /// <summary>The members whose state is another; new ones are among them, those that are gone are not.</summary>
    public static IEnumerable<MemberReport> Changes(ImmutableArray<MemberReport> before, ImmutableArray<MemberReport> after)
    {
        if (before == after)
        {
            return [];
        }
        Dictionary<(string, string), MemberReport> known = [];
        foreach (MemberReport member in before)
        {
            known[(member.Pool, member.Target)] = member;
        }
        return after.Where(member => !known.TryGetValue((member.Pool, member.Target), out MemberReport? old) || !IsSame(old, member));
    }

    /// <summary>One line, as the data of an event has to be.</summary>
    public static string ToJson(MemberReport member) => JsonSerializer.Serialize(member, OneLine.MemberReport);

    private static bool IsSame(MemberReport old, MemberReport now) =>
        (old.Health, old.AdminState, old.AdminReason, old.AdminUntil, old.Remark, old.Weight) ==
        (now.Health, now.AdminState, now.AdminReason, now.AdminUntil, now.Remark, now.Weight);
}
