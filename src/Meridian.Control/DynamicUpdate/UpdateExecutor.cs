using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Updates;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.DynamicUpdate;

/// <summary>
/// Makes one update one revision, or none. What it read are the preconditions of what it writes, so that an update sees and
/// changes one state of the zone; when somebody else was faster it begins anew.
/// </summary>
internal sealed class UpdateExecutor(
    IChangeService changes, DataPlane dataPlane, UpdateSources sources, TimeProvider time, DynamicUpdateMetrics metrics) : IDisposable
{
    private const uint DefaultZoneTtl = 300;

    private static readonly ConfigurationLimits Limits = new();

    private readonly OwnerLocks _locks = new();

    /// <summary>Does it.</summary>
    /// <param name="update">The update.</param>
    /// <param name="source">Where it came from: of several zones of one name it changes the one that is seen from there.</param>
    /// <param name="key">Who sent it.</param>
    /// <param name="signature">Of the message: the same update is not done twice.</param>
    /// <param name="cancellationToken">The end of the server.</param>
    public async Task<UpdateVerdict> ExecuteAsync(
        UpdateMessage update, ClientAddress source, UpdateKey key, string signature, CancellationToken cancellationToken)
    {
        if (changes.Log is not { } log)
        {
            return UpdateVerdict.Refused("this server takes its configuration from files: they are where it is changed");
        }
        ImmutableArray<DomainName> owners = OwnersOf(update);
        if (owners.Length > DynamicUpdateLimits.MaxOwners)
        {
            return UpdateVerdict.Refused($"one update may name {DynamicUpdateLimits.MaxOwners} owners");
        }
        if (ZoneSeenFrom(source, update.Zone) is not { } zone)
        {
            return NoZone(update.Zone);
        }
        if (owners.FirstOrDefault(owner => IsInZoneBelow(owner, update.Zone, source)) is { } outsider)
        {
            return new UpdateVerdict(Rcode.NotZone, $"{outsider} is in another zone of this server");
        }
        using IDisposable turn = await _locks.EnterAsync(owners, cancellationToken);
        return await TryAsync(log, update, zone, owners, new Sender(key, signature, source), cancellationToken);
    }

    public void Dispose() => _locks.Dispose();

    private async Task<UpdateVerdict> TryAsync(
        IChangeLog log, UpdateMessage update, ZoneKey zoneKey, ImmutableArray<DomainName> owners, Sender sender, CancellationToken cancellationToken)
    {
        UpdatePermission permission = new(sender.Key.Model, update.Zone);
        for (int attempt = 1; attempt <= DynamicUpdateLimits.MaxAttempts; attempt++)
        {
            if (await ReadAsync(log, update, zoneKey, owners, cancellationToken) is not { } zone)
            {
                return NoZone(update.Zone);
            }
            uint serial = dataPlane.Snapshot?.Revision.SoaSerial ?? 0;
            UpdateVerdict verdict = UpdateRules.Apply(update, zone.Records, permission, serial, out ImmutableArray<OwnerRecords> changed);
            if (verdict != UpdateVerdict.Done || changed.IsEmpty)
            {
                return verdict;
            }
            ProposedChange proposed = zone.Propose(changed) with
            {
                Author = sender.Key.Entry,
                Message = $"update of {update.Zone}: {Summarise(zone, changed)}",
                IdempotencyKey = $"tsig:{sender.Signature}",
            };
            ChangeOutcome outcome = await changes.ApplyAsync(proposed, cancellationToken);
            TellWhere(outcome, sender.Source);
            if (outcome is not ChangeOutcome.Conflict)
            {
                return await ConcludeAsync(outcome, cancellationToken);
            }
            metrics.CountRetry();
        }
        return new UpdateVerdict(Rcode.ServFail, "others go on changing the same records: try again");
    }

    // RFC 2136 §3.1.2.
    private static UpdateVerdict NoZone(DomainName zone) => new(Rcode.NotAuth, $"there is no zone {zone} here");

    /// <summary>The zone of a name for who sent an update; null where that one sees none.</summary>
    private ZoneKey? ZoneSeenFrom(ClientAddress source, DomainName apex) =>
        // Without views there is one zone of a name, and its document may be there before it is served.
        dataPlane.Snapshot is { HasViews: true } snapshot ? snapshot.FindZone(apex, source) : new ZoneKey(apex);

    /// <summary>For the audit log.</summary>
    private void TellWhere(ChangeOutcome outcome, ClientAddress source)
    {
        Revision? revision = outcome switch
        {
            ChangeOutcome.Accepted accepted => accepted.Revision,
            ChangeOutcome.PendingApproval pending => pending.Revision,
            _ => null,
        };
        if (revision is not null)
        {
            sources.Add(revision.Number, source.ToString());
        }
    }

    private static ImmutableArray<DomainName> OwnersOf(UpdateMessage update) =>
    [
        .. update.Prerequisites.Select(prerequisite => prerequisite.Owner)
            .Concat(update.Instructions.Select(instruction => instruction.Owner))
            .Distinct(),
    ];

    /// <summary>Whether a name is in a zone below this one that is served as well (RFC 2136 §3.4.1.3).</summary>
    private bool IsInZoneBelow(DomainName owner, DomainName apex, ClientAddress source)
    {
        for (DomainName? name = owner; name is not null && name != apex; name = name.Parent)
        {
            if (dataPlane.Snapshot?.FindZone(name, source) is not null)
            {
                return true;
            }
        }
        return false;
    }

    private async Task<ZoneReading?> ReadAsync(
        IChangeLog log, UpdateMessage update, ZoneKey zoneKey, ImmutableArray<DomainName> owners, CancellationToken cancellationToken)
    {
        if (update.Class != RecordClass.IN
            || await log.GetAsync(new DocumentKey(DocumentKinds.Zone, RecordsName.OfZone(zoneKey)), cancellationToken) is not { } zone)
        {
            return null;
        }
        uint ttl = BodyOf(zone) is { } body ? OwnerDocument.TtlOf(body) ?? DefaultZoneTtl : DefaultZoneTtl;
        ZoneReading reading = new(update.Zone);
        foreach (DomainName owner in owners)
        {
            DocumentKey key = new(DocumentKinds.Records, RecordsName.Of(zoneKey, owner));
            Document? document = await log.GetAsync(key, cancellationToken);
            OwnerDocument read = OwnerDocument.Read(update.Zone, owner, document is { } found ? BodyOf(found) : null, ttl);
            reading.Add(key, document?.Version ?? 0, read, owner == update.Zone ? SoaOf(zoneKey) : null);
        }
        return reading;
    }

    /// <summary>The apex has a start of authority, which is no record of the owner's document.</summary>
    private OwnerRRset? SoaOf(ZoneKey key) =>
        dataPlane.Snapshot is { } snapshot && snapshot.Model.Zones.TryGetValue(key, out ZoneModel? zone)
            ? new OwnerRRset(RecordType.SOA, zone.Soa.TtlSeconds, [SoaRdata.Of(zone.Soa, snapshot.Revision.SoaSerial)], IsFixed: false)
            : null;

    private static MapNode? BodyOf(Document document) =>
        DocumentJson.TryRead(document.Body.Utf8, document.Key.ToString(), Limits, out ConfigNode? node, out _) ? node as MapNode : null;

    private async Task<UpdateVerdict> ConcludeAsync(ChangeOutcome outcome, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case ChangeOutcome.Accepted accepted:
                await WaitForServingAsync(accepted.Revision.Number, cancellationToken);
                return UpdateVerdict.Done;
            case ChangeOutcome.Unchanged:
                return UpdateVerdict.Done;
            case ChangeOutcome.NotOwner notOwner:
                return UpdateVerdict.Refused($"{notOwner.Key.Name} belongs to {notOwner.Owner}");
            case ChangeOutcome.Invalid invalid:
                return UpdateVerdict.Refused(invalid.Errors.IsEmpty ? "the zone would have errors" : invalid.Errors[0].ToString());
            case ChangeOutcome.Refused:
                return UpdateVerdict.Refused("the guard refuses it: somebody has to make this change with a reason");
            case ChangeOutcome.PendingApproval pending:
                return UpdateVerdict.Refused($"it waits for somebody's approval as {pending.Pending.Id}");
            case ChangeOutcome.ReadOnly readOnly:
                return UpdateVerdict.Refused($"this server takes its configuration from {readOnly.Source}: it is changed there");
            case ChangeOutcome.Unavailable unavailable:
                return new UpdateVerdict(Rcode.ServFail, unavailable.Words);
            default:
                return new UpdateVerdict(Rcode.ServFail);
        }
    }

    private async Task WaitForServingAsync(long revision, CancellationToken cancellationToken)
    {
        try
        {
            await changes.WaitForServingAsync(revision, cancellationToken).WaitAsync(DynamicUpdateLimits.ServingWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is durable, which is what the answer says (RFC 2136 §3.5); it will be served.
        }
    }

    /// <summary><c>www A, _acme-challenge TXT</c>: what is not as it was, a few of them.</summary>
    private static string Summarise(ZoneReading zone, ImmutableArray<OwnerRecords> changed)
    {
        const int Most = 8;
        List<string> parts = [];
        foreach (OwnerRecords after in changed)
        {
            OwnerRecords before = zone.Records[after.Owner];
            IEnumerable<RecordType> types = before.RRsets.Concat(after.RRsets).Select(rrset => rrset.Type).Distinct().Order()
                .Where(type => before.Find(type) is not { } old || after.Find(type) is not { } now || !old.HasSameRecordsAs(now));
            parts.AddRange(types.Select(type => Summarise(zone.Apex, after, before, type)));
        }
        string more = parts.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" and {parts.Count - Most} more") : "";
        return string.Join(", ", parts.Take(Most)) + more;
    }

    private static string Summarise(DomainName apex, OwnerRecords after, OwnerRecords before, RecordType type)
    {
        string change = (before.Find(type), after.Find(type)) switch
        {
            (null, _) => "added",
            (_, null) => "deleted",
            _ => "changed",
        };
        return $"{RecordsName.OwnerIn(apex, after.Owner)} {type.ToMnemonic()} {change}";
    }

    /// <summary>Whose an update is.</summary>
    /// <param name="Key">That it is signed with.</param>
    /// <param name="Signature">Of the message.</param>
    /// <param name="Source">The address that it came from.</param>
    private sealed record Sender(UpdateKey Key, string Signature, ClientAddress Source);
}
