using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Policies;

/// <summary>Instances as answers show them.</summary>
internal static class PolicyInstanceXml
{
    public const string Failed = "Failed";

    private const string Gone = "Its record set was changed or taken away by another door of this server. Update the instance to write it again, or delete it.";

    /// <summary>Whether what it answers is in its zone.</summary>
    public static bool IsThere(DirectoryState state, PolicyInstance instance) =>
        state.TryFindZone(instance.ZoneId, out HostedZone? zone)
        && zone.SetsOf(instance.Owner, state).Sets.Any(set => set.Type == instance.Type && set.TrafficPolicyInstanceId == instance.Id);

    /// <summary>How far it is.</summary>
    /// <param name="state">The documents.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="served">The newest revision that queries are answered by.</param>
    public static string StateOf(DirectoryState state, PolicyInstance instance, long served) =>
        instance.Failure is not null || !IsThere(state, instance) ? Failed
        : instance.Document is { } document && document.Version > served ? "Creating"
        : "Applied";

    public static void Write(XmlReply xml, PolicyInstance instance, string state) =>
        xml.Element("TrafficPolicyInstance", () => WriteContent(xml, instance, state));

    public static void WriteContent(XmlReply xml, PolicyInstance instance, string state)
    {
        xml.Text("Id", instance.Id);
        xml.Text("HostedZoneId", instance.ZoneId);
        xml.Text("Name", Route53Name.Format(instance.Owner));
        xml.Number("TTL", instance.TtlSeconds);
        xml.Text("State", state);
        xml.Text("Message", instance.Failure ?? (state == Failed ? Gone : ""));
        xml.Text("TrafficPolicyId", instance.PolicyId);
        xml.Number("TrafficPolicyVersion", instance.PolicyVersion);
        xml.Text("TrafficPolicyType", instance.Type.ToMnemonic());
    }
}
