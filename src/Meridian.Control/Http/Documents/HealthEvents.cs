using System.Collections.Immutable;
using System.Text.Json;

namespace Meridian.Control.Http.Documents;

/// <summary>The state of all members, looked at once for all readers of events, however many they are.</summary>
internal sealed class HealthEvents(LocalEndpointSources sources, TimeProvider time)
{
    // 1 ms to 1 s: how long readers wait after a change before they look, so that one look serves them all, and is of after it.
    public static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(20);

    private static readonly LocalEndpointJson OneLine = new(new JsonSerializerOptions(LocalEndpointJson.Default.Options) { WriteIndented = false });

    private readonly Lock _lock = new();
    private ImmutableArray<MemberReport> _current = [];
    private long? _takenAt;

    public ImmutableArray<MemberReport> Current()
    {
        lock (_lock)
        {
            if (_takenAt is not { } at || time.GetElapsedTime(at) >= Freshness)
            {
                _current = sources.Status().Members;
                _takenAt = time.GetTimestamp();
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
