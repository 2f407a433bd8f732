using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Policies;

/// <summary>
/// A policy document as the record sets of an owner's document: a set for each branch, with sets of its own where a rule
/// follows. So instances are served, explained, compared and exported as everything else is.
/// </summary>
internal static class PolicyTree
{
    private const string Sets = "sets";
    private const string EvaluateHealth = "evaluate-health";
    private const string Instance = "traffic-policy-instance";

    /// <summary>What stands for the type at the instance's name.</summary>
    public static MapNode Write(RecordSetContext context, PolicyDocument document, string instanceId, long ttlSeconds)
    {
        PolicyBranch start = document.Start;
        // One endpoint alone is a draw with one lot in it.
        IEnumerable<PolicyBranch> branches = start.Endpoint is null ? start.Branches : [start with { Routing = new Routing.Weighted(1) }];
        string ttl = DurationText.Format(TimeSpan.FromSeconds(ttlSeconds));
        return Nodes.Map(
            Nodes.Entry(Sets, WriteSets(context, document.Type, branches, ttl)),
            Nodes.Entry(ZoneMetadata.Key, Nodes.Map(Nodes.Entry(Instance, Nodes.Text(instanceId)))));
    }

    /// <summary>The instance that made what stands for a type; null when none did.</summary>
    public static string? InstanceOf(ConfigNode value) => (value as MapNode)?.MapOf(ZoneMetadata.Key)?.TextOf(Instance);

    private static MapNode WriteSets(RecordSetContext context, RecordType type, IEnumerable<PolicyBranch> branches, string ttl)
    {
        List<MapEntry> sets = [];
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (PolicyBranch branch in branches)
        {
            string identifier = branch.Reference;
            for (int again = 2; !taken.Add(identifier); again++)
            {
                identifier = $"{branch.Reference}-{again}";
            }
            List<MapEntry> entries = [.. RecordSetCodec.WriteRouting(context, branch.Routing)];
            WriteContent(context, type, branch, ttl, entries);
            if (branch.HealthCheckId is { } health)
            {
                entries.Add(Nodes.Entry("health", Nodes.Text(health)));
            }
            sets.Add(Nodes.Entry(identifier, Nodes.Map(entries)));
        }
        return Nodes.Map(sets);
    }

    private static void WriteContent(RecordSetContext context, RecordType type, PolicyBranch branch, string ttl, List<MapEntry> entries)
    {
        switch (branch.Endpoint)
        {
            case null:
                entries.Add(Nodes.Entry(Sets, WriteSets(context, type, branch.Branches, ttl)));
                entries.Add(Nodes.Entry(EvaluateHealth, Nodes.Boolean(branch.EvaluatesHealth)));
                break;
            case { IsValue: true, Value: var value }:
                entries.Add(Nodes.Entry("ttl", Nodes.Text(ttl)));
                entries.Add(Nodes.Entry("values", Nodes.Texts([RecordSetCodec.NativeOf(type, value)])));
                break;
            case { Value: var name }:
                _ = Route53Name.TryParse(name, out DomainName target, out _); // Looked at when the document was read.
                entries.Add(Nodes.Entry("alias", Nodes.Map(
                    Nodes.Entry("to", Nodes.Text(target.ToString())), Nodes.Entry(EvaluateHealth, Nodes.Boolean(branch.EvaluatesHealth)))));
                break;
        }
    }
}
