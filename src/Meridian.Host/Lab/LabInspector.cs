using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Meridian.Simulation.Population;

namespace Meridian.Host.Lab;

/// <summary>
/// Asks caches by their own control tools what they hold just after the event, and compares with what was then seen behind
/// them.
/// </summary>
internal sealed class LabInspector(LabOptions options, LabFleet fleet, LabClock clock)
{
    /// <summary>Caches of each kind that are asked: some of them hold what the event did not touch, and say nothing.</summary>
    private const int AskedOfKind = 3;

    // A lookup on loopback, on a machine that is busy with an experiment.
    private const double SlackSeconds = 0.25;

    private readonly List<Asked> _asked = [];

    /// <summary>Asks; takes a second or two.</summary>
    public async Task AskAsync(IPAddress old, CancellationToken cancellationToken)
    {
        Dictionary<string, int> askedOfKind = new(StringComparer.Ordinal);
        int ttlIndex = options.Ttls.IndexOf(options.SettingsTtl);
        string name = LabPlan.NameOf(options.SettingsTtl, 0);
        for (int i = 0; i < fleet.Members.Count; i++)
        {
            ILabResolver resolver = fleet.Members[i].Resolver;
            int sofar = askedOfKind.GetValueOrDefault(resolver.Kind.Name);
            if (sofar >= AskedOfKind || resolver.Kind.CachesPerAddress > 1)
            {
                continue;
            }
            using StubClient client = new(resolver.Address, $"{name}.", clock.Time);
            IReadOnlyList<IPAddress>? answer = await client.LookUpAsync(cancellationToken);
            long second = clock.Time.GetUtcNow().ToUnixTimeSeconds();
            if (answer is not [var held, ..] || !held.Equals(old) || await resolver.InspectAsync(name, cancellationToken) is not { } content)
            {
                continue;
            }
            askedOfKind[resolver.Kind.Name] = sofar + 1;
            if (content.Address is { } holds && !holds.Equals(old))
            {
                // Replaced between the lookup and the question: it serves stale, or had just run out.
                continue;
            }
            long its = content.AskedAt ?? second;
            ResolverClass behaviour = resolver.Kind.Behaviour(options.SettingsTtl);
            long last = its + (content.SecondsLeft ?? (int)client.LastTtl) + (behaviour.Clock == CacheClock.ThroughLastSecond ? 1 : 0);
            _asked.Add(new Asked(i, ttlIndex, behaviour, content with { SecondsLeft = content.SecondsLeft ?? (int)client.LastTtl }, clock.Elapsed, clock.ElapsedAt(last)));
        }
    }

    /// <summary>Compares with what was seen.</summary>
    public ImmutableArray<InspectionCheck> Check(ImmutableArray<LabSample> samples, IPAddress old, double eventAt)
    {
        ILookup<(int, int), LabSample> after = samples
            .Where(sample => !sample.Stream.IsAuthority && sample.Stream.Number == 0 && sample.At > eventAt && sample.Address is not null)
            .ToLookup(sample => (sample.Stream.Instance, sample.Stream.TtlIndex));
        return [.. _asked.Select(asked => CheckOne(asked, [.. after[(asked.Instance, asked.TtlIndex)].Where(sample => sample.At > asked.At)], old, eventAt))];
    }

    private InspectionCheck CheckOne(Asked asked, LabSample[] seen, IPAddress old, double eventAt)
    {
        LabSample[] olds = [.. seen.Where(sample => old.Equals(sample.Address))];
        double? lastOld = olds.Length == 0 ? null : olds.Max(sample => sample.At);
        double? firstNew = seen.Where(sample => !old.Equals(sample.Address)).Select(sample => (double?)sample.At).Min();
        // Serving stale gives one client the old answer after it has run out; prefetching replaces it before it does.
        int late = olds.Count(sample => sample.At > asked.ExpiresAt + SlackSeconds);
        bool isOldInTime = late <= (asked.Behaviour.Rule == CacheRule.ServeStale ? 1 : 0);
        double earliest = asked.Behaviour.Rule == CacheRule.Prefetch ? asked.ExpiresAt - (options.SettingsTtl / 10.0) - 1 : asked.ExpiresAt;
        bool isNewInTime = firstNew is null || firstNew >= earliest - SlackSeconds;
        string verdict = firstNew is null ? "has not run out yet" : isOldInTime && isNewInTime ? "as it said" : "NOT as it said";
        return new InspectionCheck(
            fleet.Members[asked.Instance].Resolver.Kind.Name, asked.Content.Tool, asked.Content.Settings,
            string.Create(CultureInfo.InvariantCulture, $"{asked.Content.Address ?? old} for {asked.Content.SecondsLeft} s more"),
            asked.ExpiresAt - eventAt, lastOld - eventAt, firstNew - eventAt, verdict, isOldInTime && isNewInTime);
    }

    private sealed record Asked(int Instance, int TtlIndex, ResolverClass Behaviour, CacheContent Content, double At, double ExpiresAt);
}

/// <summary>What a control tool said of one cache, and what was seen behind it. Times are seconds from the event.</summary>
internal sealed record InspectionCheck(
    string Kind, string Tool, string Settings, string Said, double ExpiresAt, double? LastOld, double? FirstNew, string Verdict, bool IsTrue);
