using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Diffing;
using Meridian.Control.Linting;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planning;

/// <summary>Works out what a change means before it is made.</summary>
/// <param name="verdicts">What the health checks say now; null when nothing checks.</param>
/// <param name="volumes">What was asked lately; null when nobody counts.</param>
internal sealed class ChangePlanner(IVerdictSource? verdicts, IObservedVolumes? volumes)
{
    // 100 to 100,000. A plan is read by a person; an import of a million records is counted, not listed.
    private const int DocumentsListedMax = 2_000;

    private readonly ChangeGuard _guard = new(verdicts, volumes);

    /// <summary>Only what decides whether the change may be made.</summary>
    /// <param name="before">What is served.</param>
    /// <param name="after">What would be.</param>
    public (ImmutableArray<NameChange> Clients, ImmutableArray<GuardFinding> Findings) Guard(Candidate before, Candidate after)
    {
        ImmutableArray<NameChange> clients = ClientsOf(before.Snapshot, after.Snapshot);
        return (clients, _guard.Check(before.Snapshot, after.Snapshot, clients));
    }

    /// <summary>Which clients get other answers.</summary>
    public static ImmutableArray<NameChange> ClientsOf(DataPlaneSnapshot before, DataPlaneSnapshot after) =>
        SteersAlike(before.Model, after.Model) ? [] : SteeringDiff.Compare(before, after);

    /// <summary>Everything that a person wants to see.</summary>
    public ChangePlan Plan(Candidate before, Candidate after, ImmutableArray<DocumentChange> changes, long baseRevision, ImmutableArray<ChangeError> warnings)
    {
        (ImmutableArray<NameChange> clients, ImmutableArray<GuardFinding> findings) = Guard(before, after);
        return new ChangePlan
        {
            Hash = HashOf(before.Documents, changes),
            BaseRevision = baseRevision,
            Documents = [.. changes.Take(DocumentsListedMax).Select(change => DocumentDiffer.Compare(
                change.Key, before.Documents.TryFind(change.Key, out Document old) ? old.Body : null, change.Body))],
            ChangeCount = changes.Length,
            Clients = clients,
            NewFindings = NewFindings(before, after),
            Guard = findings,
            Observed = ReferenceEquals(before.Snapshot, after.Snapshot) ? null : volumes?.TrafficOf(before.Snapshot, after.Snapshot),
            Notes = _guard.Unobserved(before.Snapshot, after.Snapshot),
            Capacity = clients.IsEmpty ? [] : CapacityEffects.Compare(before.Snapshot, after.Snapshot, clients),
            Warnings = warnings,
            ZonesToApprove = ZonesToApprove(before.Model, after.Model, changes),
        };
    }

    /// <summary>Exactly this change on exactly this configuration.</summary>
    public static string HashOf(DocumentSet documents, ImmutableArray<DocumentChange> changes)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"meridian plan\n{documents.Digest}\n"));
        foreach (DocumentChange change in changes.OrderBy(change => change.Key))
        {
            string length = change.Body is { } body ? body.Length.ToString(CultureInfo.InvariantCulture) : "-";
            hash.AppendData(Encoding.UTF8.GetBytes($"{change.Key}\n{length}\n"));
            hash.AppendData(change.Body is { } content ? content.Utf8 : default);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Zones that ask for a second person, by the rules that hold before a change, and that it changes: what they say, or who is
    /// answered by them.
    /// </summary>
    /// <param name="before">What is served.</param>
    /// <param name="after">What would be.</param>
    /// <param name="changes">The change.</param>
    public static ImmutableArray<string> ZonesToApprove(MeridianModel before, MeridianModel after, ImmutableArray<DocumentChange> changes)
    {
        if (!before.Zones.Values.Any(zone => zone.NeedsApproval))
        {
            return [];
        }
        HashSet<string> asking = [.. before.Zones.Values.Where(zone => zone.NeedsApproval).Select(zone => RecordsName.OfZone(zone.Key))];
        return
        [
            .. changes.Select(change => change.Key.Kind == DocumentKinds.Zone ? change.Key.Name
                    : change.Key.Kind == DocumentKinds.Records && RecordsName.TrySplit(change.Key.Name, out string? zone, out _) ? zone : "")
                .Where(asking.Contains).Concat(ZonesSeenOtherwise(before, after, changes)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> ZonesSeenOtherwise(MeridianModel before, MeridianModel after, ImmutableArray<DocumentChange> changes)
    {
        if (!changes.Any(change => change.Key.Kind == DocumentKinds.Zone || change.Key.Kind == DocumentKinds.View))
        {
            return [];
        }
        VisibilityChange visibility = new(before, after);
        return before.Zones.Values.Where(zone => zone.NeedsApproval && visibility.MovesClientsOf(zone)).Select(zone => RecordsName.OfZone(zone.Key));
    }

    /// <summary>Whether no client can get another steered answer: then there is no need to go through the whole address space.</summary>
    private static bool SteersAlike(MeridianModel before, MeridianModel after)
    {
        if (!ReferenceEquals(before.Pools, after.Pools) || !ReferenceEquals(before.Policies, after.Policies)
            || !ReferenceEquals(before.Sites, after.Sites) || before.Geo != after.Geo || before.Latency != after.Latency)
        {
            return false;
        }
        // Only zones that were read anew can differ.
        return before.Zones.Keys.Union(after.Zones.Keys).All(key =>
        {
            ZoneModel? old = before.Zones.GetValueOrDefault(key);
            ZoneModel? now = after.Zones.GetValueOrDefault(key);
            return ReferenceEquals(old, now)
                || (old?.DefaultTtlSeconds == now?.DefaultTtlSeconds && RRsetPairs.Of(old, now, withDependent: false).All(SteersAlike));
        });
    }

    private static bool SteersAlike((RRsetModel? Before, RRsetModel? After) pair) =>
        pair.Before?.Steering?.Policy == pair.After?.Steering?.Policy
        && (pair.After?.Steering is null || pair.Before?.TtlSeconds == pair.After.TtlSeconds);

    private static ImmutableArray<LintFinding> NewFindings(Candidate before, Candidate after)
    {
        HashSet<(string, string, string)> known = [.. Linter.Lint(before.Loaded, before.Snapshot.Places).Findings.Select(found => Identity(found.Finding))];
        return [.. Linter.Lint(after.Loaded, after.Snapshot.Places).Findings.Select(found => found.Finding).Where(finding => !known.Contains(Identity(finding)))];
    }

    private static (string Rule, string Path, string Message) Identity(LintFinding finding) => (finding.Rule.Id, finding.Path, finding.Message);
}
