using System.Collections.Immutable;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>Zones as answers write them.</summary>
internal static class HostedZoneXml
{
    public static void Write(XmlReply xml, HostedZone zone) => xml.Element("HostedZone", () => WriteContent(xml, zone));

    public static void WriteContent(XmlReply xml, HostedZone zone)
    {
        ZoneMetadata metadata = zone.Metadata;
        xml.Text("Id", $"/hostedzone/{zone.Id}");
        xml.Text("Name", zone.Name);
        xml.Text("CallerReference", metadata.CallerReference ?? $"meridian:{zone.DocumentName}");
        // Always there: clients dereference it.
        xml.Element("Config", () =>
        {
            xml.Text("Comment", metadata.Comment);
            xml.Boolean("PrivateZone", zone.IsPrivate);
        });
        xml.Number("ResourceRecordSetCount", zone.RecordSetCount);
    }

    /// <summary>What leads clients to the zone: its name servers, or the VPCs that see it.</summary>
    public static void WriteReach(XmlReply xml, DirectoryState state, HostedZone zone)
    {
        if (!zone.IsPrivate)
        {
            WriteDelegationSet(xml, state, zone);
            return;
        }
        ImmutableArray<Vpc> vpcs = Vpc.OfZone(state, zone);
        if (!vpcs.IsEmpty)
        {
            xml.List("VPCs", "VPC", vpcs, vpc => vpc.WriteContent(xml));
        }
    }

    /// <summary>The name servers: those of the reusable set it was made with, or those of its apex.</summary>
    public static void WriteDelegationSet(XmlReply xml, DirectoryState state, HostedZone zone)
    {
        ReusableDelegationSet? set = zone.Metadata.DelegationSetId is { } id ? DelegationSets.Find(state, id) : null;
        ImmutableArray<string> servers = zone.SetsOf(zone.Apex, state).Sets.FirstOrDefault(found => found.Type == RecordType.NS)?.Values ?? [];
        xml.Element("DelegationSet", () =>
        {
            // Without an id unless a reusable set was used: clients tell the two apart by it.
            xml.Text("Id", set is null ? null : $"/delegationset/{set.Id}");
            xml.Text("CallerReference", set?.CallerReference);
            xml.Texts("NameServers", "NameServer", servers.Select(server => server.TrimEnd('.')));
        });
    }
}
