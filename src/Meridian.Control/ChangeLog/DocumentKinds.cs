namespace Meridian.Control.ChangeLog;

/// <summary>
/// The kinds of documents that the configuration consists of. The log itself does not interpret them: a new kind needs no
/// change of what is on disk.
/// </summary>
public static class DocumentKinds
{
    /// <summary>A top-level section such as <c>geo</c>, <c>listen</c> or <c>answering</c>; the name is the section's.</summary>
    public const string Settings = "settings";

    /// <summary>A place that serves traffic.</summary>
    public const string Site = "site";

    /// <summary>The definition of a health check.</summary>
    public const string Monitor = "monitor";

    /// <summary>Members that can be in an answer.</summary>
    public const string Pool = "pool";

    /// <summary>A tree of steering nodes.</summary>
    public const string Policy = "policy";

    /// <summary>Named sets of client networks that record sets refer to.</summary>
    public const string Collection = "collection";

    /// <summary>Clients that see zones of their own.</summary>
    public const string View = "view";

    /// <summary>Name servers that several zones of the Route 53 API have in common.</summary>
    public const string DelegationSet = "delegation-set";

    /// <summary>A traffic policy of the Route 53 API, with its versions; the name is its id.</summary>
    public const string TrafficPolicy = "route53-policy";

    /// <summary>A traffic policy at a name; the name is its id.</summary>
    public const string TrafficPolicyInstance = "route53-policy-instance";

    /// <summary>Everything of a zone but its records; the name is the zone's, without the trailing dot, and with <c>@label</c> where it has one.</summary>
    public const string Zone = "zone";

    /// <summary>The records of one owner name; the name is <c>zone/owner</c>, with the owner as in YAML (<c>@</c>, <c>www</c>).</summary>
    public const string Records = "records";

    /// <summary>An operator's word over health: a drain, a forced state, a maintenance window.</summary>
    public const string Override = "override";

    /// <summary>A token of the API, hashed.</summary>
    public const string AccessToken = "access-token";

    /// <summary>A key of the Route 53 API, with its secret.</summary>
    public const string AccessKey = "access-key";

    /// <summary>A key that may send dynamic updates.</summary>
    public const string TsigKey = "tsig-key";
}
