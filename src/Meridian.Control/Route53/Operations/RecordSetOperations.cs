using System.Collections.Immutable;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>Record sets: batches of changes, lists, and what became of a change.</summary>
internal sealed class RecordSetOperations(Route53Services services)
{
    private const string Upsert = "UPSERT";
    private const int CommentLengthMax = 256;

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "hostedzone/{Id}/rrset", "ChangeResourceRecordSets", ChangeAsync),
        Route53Route.Read("hostedzone/{Id}/rrset", "ListResourceRecordSets", ListAsync),
        Route53Route.Create("GET", "change/{Id}", "GetChange", Permission.Read, GetChangeAsync),
    ];

    private async Task<Route53Reply> ChangeAsync(Route53Request request)
    {
        string id = request.Id();
        XmlBody batch = request.Read("ChangeResourceRecordSetsRequest").RequireElement("ChangeBatch");
        string? comment = batch.Bounded("Comment", 0, CommentLengthMax);
        DirectoryState now = await services.Directory.CurrentAsync(request.Aborted);
        HostedZone zone = now.RequireZone(id);
        request.CheckScope(zone);
        ImmutableArray<RecordSetChange> changes = ReadChanges(batch);
        long revision = await services.Writer.WriteAsync(
            request, comment, changes.Select(change => change.Set.Owner).Distinct(), state => Evaluate(state, state.RequireZone(id), changes, request.Caller.Scope));
        string changeId = ResourceIds.OfChange(revision, services.Random);
        return Route53Reply.Ok("ChangeResourceRecordSetsResponse", xml => ChangeInfoXml.Write(xml, changeId, isServed: false, services.Time.GetUtcNow(), comment)) with
        {
            Revision = revision,
            Target = $"{zone.Name} ({changes.Length} changes)",
        };
    }

    private ImmutableArray<RecordSetChange> ReadChanges(XmlBody batch)
    {
        ImmutableArray<XmlBody> elements = batch.RequireElement("Changes").Children is { Count: > 0 } children
            ? [.. children.Where(child => child.Name == "Change")]
            : throw Route53Error.InvalidInput("Invalid XML ; cvc-complex-type.2.4.b: The content of element 'Changes' is not complete. One of '{Change}' is expected.").ToException();
        CheckSize(elements);
        List<string> problems = [];
        ImmutableArray<RecordSetChange> changes = [.. elements.Select(element => RecordSetXml.ReadChange(element, problems)).OfType<RecordSetChange>()];
        if (problems.Count > 0)
        {
            throw Route53Error.InvalidChangeBatch(problems).ToException();
        }
        if (changes.Any(change => change.Set.TrafficPolicyInstanceId is not null))
        {
            throw Route53Error.InvalidInput("Invalid request: record sets of traffic policy instances come and go with their instance.").ToException();
        }
        foreach (RecordSetChange change in changes.Where(change => change.Set.Values.Length > services.Limits.RecordSetValueCount))
        {
            throw Route53Error.InvalidChangeBatch(
                [$"RRSet with DNS name {Route53Name.Format(change.Set.Owner)}, type {change.Set.Type.ToMnemonic()} has {change.Set.Values.Length} records; the limit is {services.Limits.RecordSetValueCount}."]).ToException();
        }
        return changes;
    }

    // The service counts an UPSERT twice: it is a deletion and a creation.
    private void CheckSize(ImmutableArray<XmlBody> changes)
    {
        int records = 0;
        int characters = 0;
        foreach (XmlBody change in changes)
        {
            int times = change.TextOf("Action") == Upsert ? 2 : 1;
            ImmutableArray<XmlBody> values = change.Find("ResourceRecordSet")?.List("ResourceRecords", "ResourceRecord") ?? [];
            records += times * Math.Max(1, values.Length);
            characters += times * values.Sum(value => value.TextOf("Value")?.Length ?? 0);
        }
        if (records > services.Limits.BatchRecordCount)
        {
            throw Route53Error.InvalidChangeBatch([$"Number of records limit of {services.Limits.BatchRecordCount} exceeded."]).ToException();
        }
        if (characters > services.Limits.BatchValueLength)
        {
            throw Route53Error.InvalidChangeBatch([$"Number of characters limit of {services.Limits.BatchValueLength} exceeded."]).ToException();
        }
    }

    private static ChangeDraft Evaluate(DirectoryState state, HostedZone zone, ImmutableArray<RecordSetChange> changes, ZoneScope scope)
    {
        CheckReferences(state, changes);
        BatchEvaluation evaluation = new(state, zone, scope);
        evaluation.Apply(changes);
        if (evaluation.Problems.Count > 0)
        {
            throw Route53Error.InvalidChangeBatch(evaluation.Problems).ToException();
        }
        // The zone must not go while its records come.
        ChangeDraft draft = new ChangeDraft().Relies(zone.Document);
        foreach ((DomainName owner, OwnerRecordSets before, IReadOnlyList<RecordSet> after) in evaluation.Owners)
        {
            Write(draft, zone, owner, before, after);
        }
        if (evaluation.Soa is { } soa)
        {
            draft.Put(zone.Document.Key, StartOfAuthority.Write(zone.Body, soa), zone.Document);
        }
        return draft;
    }

    private static void Write(ChangeDraft draft, HostedZone zone, DomainName owner, OwnerRecordSets before, IReadOnlyList<RecordSet> after)
    {
        DocumentKey key = new(DocumentKinds.Records, RecordsName.Of(zone.Key, owner));
        Document? document = zone.Find(owner)?.Document;
        if (after.SequenceEqual(before.Sets, ReferenceEqualityComparer.Instance))
        {
            // Looked at only: an alias relies on what it leads to.
            _ = document is { } seen ? draft.Relies(seen) : draft.ReliesOnAbsence(key);
        }
        else if (before.With(after) is { } body)
        {
            draft.Put(key, body, document);
        }
        else if (document is { } gone)
        {
            draft.Delete(gone);
        }
    }

    private static void CheckReferences(DirectoryState state, ImmutableArray<RecordSetChange> changes)
    {
        foreach (RecordSet set in changes.Where(change => change.Action != "DELETE").Select(change => change.Set))
        {
            if (set.HealthCheckId is { } check && state.Find(new DocumentKey(DocumentKinds.Monitor, check)) is null)
            {
                throw Route53Error.NoSuchHealthCheck(check).ToException();
            }
            if (set.Routing is Routing.Cidr cidr && state.FindCollection(cidr.CollectionId) is null)
            {
                throw new Route53Error(404, "NoSuchCidrCollectionException", $"The CIDR collection {cidr.CollectionId} does not exist.").ToException();
            }
        }
    }

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        string id = request.Id();
        int count = request.PageLength("maxitems", services.Limits.RecordSetPage, out string maxItems);
        string? type = request.Query("type");
        string? identifier = request.Query("identifier");
        string? name = request.Query("name");
        if ((type is not null && name is null) || (identifier is not null && type is null))
        {
            throw Route53Error.InvalidInput(
                type is not null && name is null ? "Invalid request: StartRecordType needs StartRecordName." : "Invalid request: StartRecordIdentifier needs StartRecordType.").ToException();
        }
        if (type is not null && !Route53Rdata.Types.Contains(type))
        {
            throw Route53Error.Constraint(type, "type", $"Member must satisfy enum value set: [{string.Join(", ", Route53Rdata.Types)}]").ToException();
        }
        string start = "";
        if (name is not null)
        {
            start = Route53Name.TryParse(name, out DomainName from, out string problem)
                ? Route53Name.SortKey(Route53Name.Format(from))
                : throw Route53Error.InvalidInput(problem).ToException();
        }
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        HostedZone zone = state.RequireZone(id);
        request.CheckScope(zone);
        // One more than the page tells whether there is another.
        ImmutableArray<RecordSet> found = RecordSetPage.Read(zone, state, start, type, identifier, count + 1);
        RecordSet? next = found.Length > count ? found[count] : null;
        return Route53Reply.Ok("ListResourceRecordSetsResponse", xml =>
        {
            xml.List("ResourceRecordSets", "ResourceRecordSet", found.Take(count), set => RecordSetXml.Write(xml, set));
            xml.Boolean("IsTruncated", next is not null);
            xml.Text("NextRecordName", next is null ? null : Route53Name.Format(next.Owner));
            xml.Text("NextRecordType", next?.Type.ToMnemonic());
            xml.Text("NextRecordIdentifier", next?.SetIdentifier);
            xml.Text("MaxItems", maxItems);
        });
    }

    private async Task<Route53Reply> GetChangeAsync(Route53Request request)
    {
        string id = request.Id();
        if (ResourceIds.RevisionOf(id) is not { } number || await FindAsync(number, request.Aborted) is not { } entry)
        {
            throw new Route53Error(404, "NoSuchChange", $"Could not find resource with ID: {id}").ToException();
        }
        if (!entry.Changes.Any(change => IsInScope(request, change.Key)))
        {
            throw Route53Error.AccessDenied(
                request.Caller.Name, request.Route.Operation, $"its key is for {request.Caller.Scope}, and the change {id} is of none of them").ToException();
        }
        Revision revision = entry.Revision;
        // What is served is told by the publisher, not guessed from a clock.
        bool isServed = services.ServedRevision() >= number;
        return Route53Reply.Ok("GetChangeResponse", xml => ChangeInfoXml.Write(xml, id, isServed, revision.At, ChangeMessage.CommentOf(revision)));
    }

    /// <summary>Whether a document is of a zone that the caller's key is for.</summary>
    private static bool IsInScope(Route53Request request, DocumentKey key) => request.Caller.Scope.IsAll || key.Kind switch
    {
        DocumentKinds.Zone => request.Caller.Scope.Contains(key.Name),
        DocumentKinds.Records => RecordsName.TrySplit(key.Name, out string? zone, out _) && request.Caller.Scope.Contains(zone),
        _ => false,
    };

    private async Task<LogEntry?> FindAsync(long number, CancellationToken cancellationToken) =>
        services.Changes.Log is { } log ? await log.FindAsync(number, cancellationToken) : null;
}
