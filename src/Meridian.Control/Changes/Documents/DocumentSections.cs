using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Sections;

namespace Meridian.Control.Changes.Documents;

/// <summary>Which keys of the top level are maps of named things, each of them a document; every other key is one document.</summary>
internal static class DocumentSections
{
    /// <summary>Sections whose entries are documents of this kind; zones are taken further apart.</summary>
    public static readonly ImmutableArray<(string Section, string Kind)> Named =
    [
        (RootSection.Sites.Name, DocumentKinds.Site),
        (RootSection.Monitors.Name, DocumentKinds.Monitor),
        (RootSection.Pools.Name, DocumentKinds.Pool),
        (RootSection.Policies.Name, DocumentKinds.Policy),
        (RootSection.Collections.Name, DocumentKinds.Collection),
        (RootSection.Views.Name, DocumentKinds.View),
        (RootSection.DelegationSets.Name, DocumentKinds.DelegationSet),
        (RootSection.TrafficPolicies.Name, DocumentKinds.TrafficPolicy),
        (RootSection.TrafficPolicyInstances.Name, DocumentKinds.TrafficPolicyInstance),
        (RootSection.Overrides.Name, DocumentKinds.Override),
        (RootSection.UpdateKeys.Name, DocumentKinds.TsigKey),
        (RootSection.Zones.Name, DocumentKinds.Zone),
    ];

    /// <summary>The key of a zone under which its owners stand.</summary>
    public const string Records = "records";

    /// <summary>The key of a zone that names its master file; documents have the records instead.</summary>
    public const string File = "file";

    /// <summary>Whether documents of this kind are part of the configuration; others (tokens, what is pending) are only kept.</summary>
    public static bool IsConfiguration(string kind) => kind is DocumentKinds.Settings or DocumentKinds.Records || SectionOf(kind) is not null;

    /// <summary>
    /// Whether documents of this kind are only kept with the configuration, exported and taken back with it: nothing that is answered
    /// follows from them. What a traffic policy instance answers stands in its zone.
    /// </summary>
    public static bool IsKeptOnly(string kind) => kind is DocumentKinds.TrafficPolicy or DocumentKinds.TrafficPolicyInstance;

    /// <summary>The section of a kind; null for kinds that are no part of the tree.</summary>
    public static string? SectionOf(string kind)
    {
        foreach ((string section, string named) in Named)
        {
            if (named == kind)
            {
                return section;
            }
        }
        return null;
    }

    /// <summary>Where a key of the top level stands in an export: the order of the reference, then what it does not know.</summary>
    public static int OrderOf(string section)
    {
        for (int i = 0; i < RootSection.Schema.Keys.Length; i++)
        {
            if (RootSection.Schema.Keys[i].Name == section)
            {
                return i;
            }
        }
        return int.MaxValue;
    }
}
