using Meridian.Control.ChangeLog;

namespace Meridian.Control.Http.Documents;

/// <summary>The names of documents' schemas in the OpenAPI document.</summary>
internal static class DocumentSchemas
{
    public const string Member = "MemberDocument";

    public static string NameOf(string kind) => kind switch
    {
        DocumentKinds.Zone => "ZoneDocument",
        DocumentKinds.Records => "RecordsDocument",
        DocumentKinds.Pool => "PoolDocument",
        DocumentKinds.Policy => "PolicyDocument",
        DocumentKinds.Site => "SiteDocument",
        DocumentKinds.Monitor => "MonitorDocument",
        DocumentKinds.Collection => "CollectionDocument",
        DocumentKinds.View => "ViewDocument",
        DocumentKinds.DelegationSet => "DelegationSetDocument",
        DocumentKinds.TrafficPolicy => "TrafficPolicyDocument",
        DocumentKinds.TrafficPolicyInstance => "TrafficPolicyInstanceDocument",
        DocumentKinds.Override => "OverrideDocument",
        _ => "SettingsDocument",
    };
}
