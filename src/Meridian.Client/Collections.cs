namespace Meridian.Client;

/// <summary>The collections of documents.</summary>
public static class Collections
{
    public const string Zones = "zones";
    public const string Pools = "pools";
    public const string Policies = "policies";
    public const string Sites = "sites";
    public const string Monitors = "monitors";
    public const string Settings = "settings";
    public const string Overrides = "overrides";

    /// <summary>The records of a zone, by owner.</summary>
    public static string RecordsOf(string zone) => $"zones/{Uri.EscapeDataString(zone)}/records";

    /// <summary>The members of a pool, by address or hostname.</summary>
    public static string MembersOf(string pool) => $"pools/{Uri.EscapeDataString(pool)}/members";
}
