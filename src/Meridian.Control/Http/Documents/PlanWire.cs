using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Changes;
using Meridian.Control.Observing;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>Plans, pending changes and revisions as the API tells them.</summary>
internal static class PlanWire
{
    /// <param name="plan">The plan.</param>
    /// <param name="secrets">What must not be shown of it.</param>
    public static Wire.Plan Of(ChangePlan plan, IReadOnlyCollection<string> secrets) => new()
    {
        Hash = plan.Hash,
        BaseRevision = plan.BaseRevision,
        Documents = [.. plan.Documents.Select(document => new Wire.PlannedDocument(
            document.Key.Kind,
            document.Key.Name,
            Word(document.Kind),
            [.. document.Lines.Select(line => (line.IsAdded ? "+ " : "- ") + Hide(line.Text, secrets))]))],
        Clients = [.. plan.Clients.Select(name => new Wire.PlannedName(
            name.Name, name.PolicyBefore, name.PolicyAfter, [.. name.Changes.Select(Of)]))],
        NewFindings = [.. plan.NewFindings.Select(finding => new Wire.PlannedFinding(finding.Rule.Id, finding.Path, finding.Message))],
        Guard = [.. plan.Guard.Select(Of)],
        Notes = plan.Notes,
        Capacity = [.. plan.Capacity.Select(effect => new Wire.PlannedCapacity(
            effect.Pool, effect.Site, effect.Capacity, Math.Round(effect.Before, 6), Math.Round(effect.After, 6)))],
        ZonesToApprove = plan.ZonesToApprove,
        Observed = plan.Observed is { } observed ? Of(observed) : null,
    };

    private static Wire.PlannedTraffic Of(WhatIfResult observed) => new()
    {
        From = observed.From,
        To = observed.To,
        Queries = Math.Round(observed.Queries),
        Replayed = Math.Round(observed.Replayed, 4),
        Moved = Math.Round(observed.Moved, 4),
        Lost = Math.Round(observed.Lost, 4),
        QueriesPerSecondBefore = Math.Round(observed.Load.Before, 2),
        QueriesPerSecondAfter = Math.Round(observed.Load.After, 2),
        Sites = [.. observed.Sites.Select(site => new Wire.PlannedShare(site.Name, Math.Round(site.Before, 4), Math.Round(site.After, 4), site.Capacity))],
    };

    public static Wire.PendingChange Of(PendingChange pending) => new()
    {
        Id = pending.Id,
        Why = Word(pending.Why),
        At = pending.At,
        Author = pending.Author,
        Origin = Word(pending.Origin),
        Message = pending.Message,
        Reason = pending.Reason,
        Guard = [.. pending.Guard.Select(Of)],
        Zones = pending.Zones,
        ChangeCount = pending.ChangeCount,
    };

    public static Wire.Revision Of(ChangeLog.Revision revision) => new()
    {
        Number = revision.Number,
        At = revision.At,
        Author = revision.Author,
        Origin = Word(revision.Origin),
        Message = revision.Message,
        Reason = revision.Reason,
        ChangeCount = revision.ChangeCount,
        Hash = revision.Hash.ToString(),
    };

    public static Wire.ProblemItem Of(ChangeError error, ChangeLog.DocumentKey? own) => new()
    {
        Detail = error.Message,
        Pointer = error.Pointer,
        Document = error.Document is { } key && key != own ? $"{key.Kind}/{key.Name}" : null,
        Suggestion = error.Suggestion,
    };

    public static Wire.GuardFinding Of(GuardFinding finding) => new(Word(finding.Rule), finding.Zone, finding.Message, finding.Countries);

    /// <summary>An enumeration's member as it is written: <c>pool-minimum</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static Wire.PlannedClients Of(Diffing.ClientChange change) => new(
        Word(change.Kind),
        change.Before,
        change.After,
        change.NetworkCount,
        Math.Round(change.ShareOfIPv4, 6),
        Math.Round(change.ShareOfIPv6, 6),
        change.Countries.GroupBy(share => share.Country, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(shares => shares.Key, shares => Math.Round(shares.Sum(share => share.Share), 6), StringComparer.Ordinal),
        change.Examples);

    private static string Hide(string line, IReadOnlyCollection<string> secrets)
    {
        foreach (string secret in secrets)
        {
            line = line.Replace(secret, SecretFields.Mask, StringComparison.Ordinal);
        }
        return line;
    }
}
