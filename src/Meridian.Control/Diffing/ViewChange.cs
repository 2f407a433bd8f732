using System.Collections.Immutable;

namespace Meridian.Control.Diffing;

/// <summary>Clients that see other zones than before, because of the view that they are in or of what the view sees.</summary>
/// <param name="Before">The view that they were in; null for none.</param>
/// <param name="After">The view that they are in now; null for none.</param>
/// <param name="NetworkCount">Prefixes of source addresses, IPv4 and IPv6.</param>
/// <param name="Networks">The first of them; none for who is in no view before and after, which is everybody else.</param>
/// <param name="Zones">What they see instead, by name.</param>
public sealed record ViewChange(string? Before, string? After, int NetworkCount, ImmutableArray<string> Networks, ImmutableArray<SeenZoneChange> Zones)
{
    /// <summary>Whether the clients are in the same view as before, or in none as before, and only what is seen there is another.</summary>
    public bool IsSameView => Before == After;
}

/// <summary>A name that another zone answers, or nobody any more, or somebody only now.</summary>
/// <param name="Name">The apex: what is meant is the name and those below it that no zone further down answers.</param>
/// <param name="Before">The zone that answered, perhaps one around the name; null for none (REFUSED).</param>
/// <param name="After">The zone that answers now; null for none.</param>
/// <param name="RecordSetCount">Names and types of which the two have other data; the TTL and the SOA are not looked at.</param>
/// <param name="Examples">Some of these record sets.</param>
public sealed record SeenZoneChange(string Name, string? Before, string? After, int RecordSetCount, ImmutableArray<string> Examples);
