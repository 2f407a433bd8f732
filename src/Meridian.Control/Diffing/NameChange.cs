using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Meridian.Engine.Model;

namespace Meridian.Control.Diffing;

/// <summary>What becomes of the answers.</summary>
public enum ClientChangeKind
{
    /// <summary>The same answers, with another TTL or under other conditions.</summary>
    Conditions,

    /// <summary>Others, or in other shares.</summary>
    Other,

    /// <summary>Some of those that there were.</summary>
    Fewer,

    /// <summary>There are none any more.</summary>
    None,
}

/// <summary>One steered record set that changes for some client.</summary>
/// <param name="Name">Owner and type, and the zone where it has a label.</param>
/// <param name="PolicyBefore">What steered it; null when nothing did.</param>
/// <param name="PolicyAfter">What steers it; null when nothing does any more.</param>
/// <param name="Changes">By share of the address space, most first.</param>
public sealed record NameChange(string Name, string? PolicyBefore, string? PolicyAfter, ImmutableArray<ClientChange> Changes)
{
    /// <summary>The zone that has it, or had it; null where that is not known.</summary>
    [JsonIgnore]
    public ZoneKey? Zone { get; init; }

    /// <summary>The views whose clients alone see that zone; empty for everybody. The shares are those of all clients even so.</summary>
    public ImmutableArray<string> Views { get; init; } = [];
}

/// <summary>Clients that go from one tree to another.</summary>
/// <param name="Kind">What becomes of their answers.</param>
/// <param name="Before">What was left of the policy for them, or the conditions that change.</param>
/// <param name="After">What is left of it now.</param>
/// <param name="NetworkCount">Prefixes, IPv4 and IPv6, as the location database and both configurations tell them apart.</param>
/// <param name="ShareOfIPv4">Their part of the IPv4 addresses that the database knows, 0 to 1.</param>
/// <param name="ShareOfIPv6">Their part of the IPv6 networks of /64 that it knows, 0 to 1.</param>
/// <param name="Countries">Their part of each country's IPv4 addresses.</param>
/// <param name="Examples">Some of the networks.</param>
public sealed record ClientChange(
    ClientChangeKind Kind,
    string Before,
    string After,
    int NetworkCount,
    double ShareOfIPv4,
    double ShareOfIPv6,
    ImmutableArray<CountryShare> Countries,
    ImmutableArray<string> Examples)
{
    /// <summary>
    /// The part of their answers that others take the place of, with everything up, 0 to 1: moving a weight from 90 to 95 is 0.05,
    /// another TTL or another last resort is 0.
    /// </summary>
    public double Moved { get; init; } = 1;
}

/// <summary>A part of a country.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Share">0 to 1.</param>
public sealed record CountryShare(string Country, double Share);
