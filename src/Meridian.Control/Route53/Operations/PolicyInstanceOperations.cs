using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Policies;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>Traffic policy instances: a version of a policy, served at a name.</summary>
internal sealed class PolicyInstanceOperations(Route53Services services)
{
    private const int NameLengthMax = 1024;
    private const int VersionsMax = 1000;

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "trafficpolicyinstance", "CreateTrafficPolicyInstance", CreateAsync),
        Route53Route.Read("trafficpolicyinstance/{Id}", "GetTrafficPolicyInstance", GetAsync),
        Route53Route.Write("POST", "trafficpolicyinstance/{Id}", "UpdateTrafficPolicyInstance", UpdateAsync),
        Route53Route.Write("DELETE", "trafficpolicyinstance/{Id}", "DeleteTrafficPolicyInstance", DeleteAsync),
        Route53Route.Read("trafficpolicyinstancecount", "GetTrafficPolicyInstanceCount", CountAsync),
    ];

    private async Task<Route53Reply> CreateAsync(Route53Request request)
    {
        XmlBody wanted = request.Read("CreateTrafficPolicyInstanceRequest");
        string zoneId = ResourceIds.Bare(wanted.RequireBounded("HostedZoneId", 1, ResourceIds.LengthMax));
        if (!Route53Name.TryParse(wanted.RequireBounded("Name", 0, NameLengthMax), out DomainName owner, out string problem))
        {
            throw Route53Error.InvalidInput(problem).ToException();
        }
        (long ttl, string policyId, int version) = ReadChoice(wanted);
        string id = ResourceIds.CreateUuid(services.Random);
        PolicyInstance? made = null;
        long revision = await ApplyAsync(request, owner, state =>
        {
            HostedZone zone = state.RequireZone(zoneId);
            request.CheckScope(zone);
            PolicyDocument document = TrafficPolicy.Require(state, policyId).RequireVersion(version).Read();
            if (!owner.IsSubdomainOf(zone.Apex))
            {
                throw Route53Error.InvalidInput($"The name {Route53Name.Format(owner)} is not in the hosted zone {zone.Name}").ToException();
            }
            OwnerRecordSets there = zone.SetsOf(owner, state);
            if (there.Sets.Any(set => set.Type == document.Type) || there.ForeignTypes.Contains(document.Type) || HasFailedInstance(state, zoneId, owner, document.Type))
            {
                throw new Route53Error(
                    409, "TrafficPolicyInstanceAlreadyExists",
                    $"There is already a resource record set or a traffic policy instance with the name {Route53Name.Format(owner)} and type {document.Type.ToMnemonic()} in the hosted zone {zoneId}.").ToException();
            }
            made = new PolicyInstance { Id = id, ZoneId = zoneId, Owner = owner, Type = document.Type, TtlSeconds = ttl, PolicyId = policyId, PolicyVersion = version };
            return made;
        });
        return Route53Reply.Created(
            "CreateTrafficPolicyInstanceResponse", $"trafficpolicyinstance/{id}", xml => PolicyInstanceXml.Write(xml, made!, ("Creating", ""))) with // Set by the draft.
        {
            Revision = revision,
            Target = id,
        };
    }

    private async Task<Route53Reply> UpdateAsync(Route53Request request)
    {
        (long ttl, string policyId, int version) = ReadChoice(request.Read("UpdateTrafficPolicyInstanceRequest"));
        string id = request.Path("Id");
        PolicyInstance known = PolicyInstance.Require(await services.Directory.CurrentAsync(request.Aborted), id);
        PolicyInstance? made = null;
        long revision = await ApplyAsync(request, known.Owner, state =>
        {
            PolicyInstance instance = PolicyInstance.Require(state, id);
            request.CheckScope(state.RequireZone(instance.ZoneId));
            PolicyDocument document = TrafficPolicy.Require(state, policyId).RequireVersion(version).Read();
            if (document.Type != instance.Type)
            {
                throw new Route53Error(
                    400, "ConflictingTypes",
                    $"The traffic policy instance is for type {instance.Type.ToMnemonic()}, the traffic policy for type {document.Type.ToMnemonic()}.").ToException();
            }
            if (PolicyInstanceXml.IsTaken(state, instance))
            {
                // It failed or was taken away, and somebody put records in its place: those are not the instance's to overwrite.
                throw Route53Error.InvalidInput(
                    $"There is a resource record set with the name {Route53Name.Format(instance.Owner)} and type {instance.Type.ToMnemonic()} in the hosted zone "
                    + $"{instance.ZoneId} that does not belong to the traffic policy instance {id}: delete that one first.").ToException();
            }
            made = instance with { TtlSeconds = ttl, PolicyId = policyId, PolicyVersion = version, Failure = null };
            return made;
        });
        return Route53Reply.Ok("UpdateTrafficPolicyInstanceResponse", xml => PolicyInstanceXml.Write(xml, made!, ("Updating", ""))) with { Revision = revision }; // Set by the draft.
    }

    private async Task<Route53Reply> DeleteAsync(Route53Request request)
    {
        string id = request.Path("Id");
        PolicyInstance known = PolicyInstance.Require(await services.Directory.CurrentAsync(request.Aborted), id);
        long revision = await services.Writer.WriteAsync(request, null, [known.Owner], state =>
        {
            PolicyInstance instance = PolicyInstance.Require(state, id);
            CheckScope(request, state, instance);
            ChangeDraft draft = new();
            if (state.TryFindZone(instance.ZoneId, out HostedZone? zone) && PolicyInstanceXml.IsThere(state, instance))
            {
                WriteOwner(draft, state, zone, instance, null);
            }
            return instance.Document is { } gone ? draft.Delete(gone) : draft;
        });
        return Route53Reply.Ok("DeleteTrafficPolicyInstanceResponse") with { Revision = revision };
    }

    private async Task<Route53Reply> GetAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        PolicyInstance instance = PolicyInstance.Require(state, request.Path("Id"));
        CheckScope(request, state, instance);
        return Route53Reply.Ok(
            "GetTrafficPolicyInstanceResponse", xml => PolicyInstanceXml.Write(xml, instance, PolicyInstanceXml.StateOf(state, instance, services.ServedRevision())));
    }

    private async Task<Route53Reply> CountAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        return Route53Reply.Ok("GetTrafficPolicyInstanceCountResponse", xml => xml.Number("TrafficPolicyInstanceCount", PolicyInstance.All(state).Count()));
    }

    /// <summary>
    /// Writes an instance and what it answers, as one revision. What the zone cannot take fails later, as the service has it: the
    /// instance is there, says why, and answers what it answered before.
    /// </summary>
    private async Task<long> ApplyAsync(Route53Request request, DomainName owner, Func<DirectoryState, PolicyInstance> make)
    {
        bool isDrafted = false;
        // Policies take turns under the root's name: no version goes while an instance of it comes.
        DomainName[] turn = [owner, DomainName.Root];
        try
        {
            return await services.Writer.WriteAsync(request, null, turn, state =>
            {
                isDrafted = false;
                PolicyInstance instance = make(state);
                HostedZone zone = state.RequireZone(instance.ZoneId);
                TrafficPolicy policy = TrafficPolicy.Require(state, instance.PolicyId);
                PolicyDocument document = policy.RequireVersion(instance.PolicyVersion).Read();
                ChangeDraft draft = new ChangeDraft().Relies(zone.Document);
                if (policy.Document is { } read)
                {
                    draft.Relies(read);
                }
                draft.Put(instance.Key, instance.Write(), instance.Document);
                WriteOwner(draft, state, zone, instance, document);
                isDrafted = true;
                return draft;
            });
        }
        catch (Route53Exception refused) when (isDrafted && refused.Error.Code == "InvalidInput")
        {
            return await services.Writer.WriteAsync(request, null, turn, state =>
            {
                PolicyInstance instance = make(state) with { Failure = refused.Message };
                return new ChangeDraft().Put(instance.Key, instance.Write(), instance.Document);
            });
        }
    }

    private static void WriteOwner(ChangeDraft draft, DirectoryState state, HostedZone zone, PolicyInstance instance, PolicyDocument? policy)
    {
        OwnerRecordSets there = zone.SetsOf(instance.Owner, state);
        RecordSetContext context = zone.ContextOf(instance.Owner, state);
        DocumentKey key = new(DocumentKinds.Records, RecordsName.Of(zone.Key, instance.Owner));
        Document? before = zone.Find(instance.Owner)?.Document;
        if (there.With(instance.Type, policy is null ? null : PolicyTree.Write(context, policy, instance.Id, instance.TtlSeconds)) is { } body)
        {
            draft.Put(key, body, before);
        }
        else if (before is { } gone)
        {
            draft.Delete(gone);
        }
    }

    private static bool HasFailedInstance(DirectoryState state, string zoneId, DomainName owner, RecordType type) =>
        PolicyInstance.All(state).Any(other => other.ZoneId == zoneId && other.Owner == owner && other.Type == type);

    private static (long Ttl, string PolicyId, int Version) ReadChoice(XmlBody wanted)
    {
        wanted.Require("TTL");
        wanted.Require("TrafficPolicyVersion");
        return (
            wanted.Number("TTL", 0, int.MaxValue) ?? 0,
            wanted.RequireBounded("TrafficPolicyId", 1, 36),
            (int)(wanted.Number("TrafficPolicyVersion", 1, VersionsMax) ?? 1));
    }

    private static void CheckScope(Route53Request request, DirectoryState state, PolicyInstance instance)
    {
        if (state.TryFindZone(instance.ZoneId, out HostedZone? zone))
        {
            request.CheckScope(zone);
        }
        else
        {
            // Nobody can tell any more whose it was.
            request.CheckShared($"The traffic policy instance {instance.Id}, whose hosted zone is gone,");
        }
    }
}
