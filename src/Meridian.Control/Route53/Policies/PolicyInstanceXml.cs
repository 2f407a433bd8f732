using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Policies;

/// <summary>Instances as answers show them.</summary>
internal static class PolicyInstanceXml
{
    public const string Failed = "Failed";

    private const string Gone = "Its record set was changed or taken away by another door of this server. Update the instance to write it again, or delete it.";

    private const string Taken = "Another record set has its name and type. Delete that one and update the instance, or delete the instance.";

    /// <summary>Whether what it answers is in its zone.</summary>
    public static bool IsThere(DirectoryState state, PolicyInstance instance) =>
        state.TryFindZone(instance.ZoneId, out HostedZone? zone)
        && zone.SetsOf(instance.Owner, state).Sets.Any(set => set.Type == instance.Type && set.TrafficPolicyInstanceId == instance.Id);

    /// <summary>Whether its name and type hold what is not of it: somebody's record sets, a native policy, or another instance's.</summary>
    public static bool IsTaken(DirectoryState state, PolicyInstance instance)
    {
        if (!state.TryFindZone(instance.ZoneId, out HostedZone? zone))
        {
            return false;
        }
        OwnerRecordSets there = zone.SetsOf(instance.Owner, state);
        return there.ForeignTypes.Contains(instance.Type)
            || there.Sets.Any(set => set.Type == instance.Type && set.TrafficPolicyInstanceId != instance.Id);
    }

    /// <summary>How far it is.</summary>
    /// <param name="state">The documents.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="served">The newest revision that queries are answered by.</param>
    /// <returns>The state, and why it failed: empty when it did not.</returns>
    public static (string State, string Message) StateOf(DirectoryState state, PolicyInstance instance, long served)
    {
        if (instance.Failure is { } failure)
        {
            return (Failed, failure);
        }
        if (!IsThere(state, instance))
        {
            return (Failed, IsTaken(state, instance) ? Taken : Gone);
        }
        return (instance.Document is { } document && document.Version > served ? "Creating" : "Applied", "");
    }

    public static void Write(XmlReply xml, PolicyInstance instance, (string State, string Message) state) =>
        xml.Element("TrafficPolicyInstance", () => WriteContent(xml, instance, state));

    public static void WriteContent(XmlReply xml, PolicyInstance instance, (string State, string Message) state)
    {
        xml.Text("Id", instance.Id);
        xml.Text("HostedZoneId", instance.ZoneId);
        xml.Text("Name", Route53Name.Format(instance.Owner));
        xml.Number("TTL", instance.TtlSeconds);
        xml.Text("State", state.State);
        xml.Text("Message", state.Message);
        xml.Text("TrafficPolicyId", instance.PolicyId);
        xml.Number("TrafficPolicyVersion", instance.PolicyVersion);
        xml.Text("TrafficPolicyType", instance.Type.ToMnemonic());
    }
}
