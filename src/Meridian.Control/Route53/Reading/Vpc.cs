using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;

namespace Meridian.Control.Route53.Reading;

/// <summary>A VPC as this API names it: what stands for one of this server's views.</summary>
/// <param name="Region">Such as <c>eu-west-1</c>.</param>
/// <param name="Id">Such as <c>vpc-0a1b2c3d</c>.</param>
internal sealed record Vpc(string Region, string Id)
{
    private const int RegionLengthMax = 64;
    private const int IdLengthMax = 1024;

    /// <summary>As it is kept among what a zone authorises.</summary>
    public string Text => $"{Region}/{Id}";

    /// <summary>Reads the element of a request.</summary>
    /// <exception cref="Route53Exception">A part of it is missing or too long.</exception>
    public static Vpc Read(XmlBody element) => new(
        element.RequireBounded("VPCRegion", 1, RegionLengthMax),
        element.RequireBounded("VPCId", 1, IdLengthMax));

    /// <summary>Reads <see cref="Text"/>.</summary>
    public static Vpc Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new Vpc("", text) : new Vpc(text[..slash], text[(slash + 1)..]);
    }

    /// <summary>The VPCs that stand for a zone's views; views without one are known by other doors only.</summary>
    public static ImmutableArray<Vpc> OfZone(DirectoryState state, HostedZone zone) =>
        [.. zone.Views.Select(view => OfView(state.Find(new DocumentKey(DocumentKinds.View, view)))).OfType<Vpc>()];

    /// <summary>The view that it stands for; null when no view says so.</summary>
    public string? FindView(DirectoryState state)
    {
        foreach (Document document in state.Of(DocumentKinds.View))
        {
            if (OfView(document) == this)
            {
                return document.Key.Name;
            }
        }
        return null;
    }

    /// <summary>The view that it stands for.</summary>
    /// <exception cref="Route53Exception">No view says so.</exception>
    public string RequireView(DirectoryState state) => FindView(state) ?? throw new Route53Error(
        400,
        "InvalidVPCId",
        $"The VPC ID is invalid. No view of this server stands for {Id} in {Region}, so nobody knows which clients it has: declare it as "
        + $"'views: {{NAME: {{networks: [...], vpc: {{region: {Region}, id: {Id}}}}}}}' in the configuration, or with PUT /api/v1/views/NAME.").ToException();

    /// <summary>The view that it stands for, where its clients see no zone of a name yet.</summary>
    /// <exception cref="Route53Exception">There is no such view, or its clients see another zone of the name.</exception>
    public string RequireFreeView(DirectoryState state, DomainName apex)
    {
        string view = RequireView(state);
        return state.Zones.Values.FirstOrDefault(zone => zone.Apex == apex && zone.Views.Contains(view)) is { } other
            ? throw new Route53Error(
                400,
                "ConflictingDomainExists",
                $"The VPC {Id} in region {Region} has already been associated with the hosted zone {other.Id} with the same domain name.").ToException()
            : view;
    }

    public void Write(XmlReply xml) => xml.Element("VPC", () => WriteContent(xml));

    public void WriteContent(XmlReply xml)
    {
        xml.Text("VPCRegion", Region);
        xml.Text("VPCId", Id);
    }

    private static Vpc? OfView(in Document? document) =>
        HostedZone.BodyOf(document)?.MapOf("vpc") is { } vpc && vpc.TextOf("region") is { } region && vpc.TextOf("id") is { } id ? new Vpc(region, id) : null;
}
