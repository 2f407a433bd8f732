using System.Security.Cryptography;
using System.Text;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>
/// Which caller references were used. They stay used when what was made is gone, and are documents of the log that are no
/// configuration: a return to an earlier revision does not give them back.
/// </summary>
internal static class CallerReferences
{
    public const string Kind = "route53-reference";

    private const string Id = "id";

    /// <summary>The document of a reference.</summary>
    /// <param name="resource">What it was used for: references of different resources have nothing to do with each other.</param>
    /// <param name="reference">Any text of the client's.</param>
    public static DocumentKey KeyOf(string resource, string reference) =>
        new(Kind, $"{resource}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference)))}");

    public static MapNode Body(string id) => Nodes.Map(Nodes.Entry(Id, Nodes.Text(id)));

    /// <summary>What was made with it.</summary>
    public static string? IdIn(in Document document) => Reading.HostedZone.BodyOf(document)?.TextOf(Id);
}
