using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>
/// One of several record sets of the same name and type, told apart by an identifier, with the routing that says when it is
/// the answer: what Route 53 calls a resource record set with a routing policy. It has data, or is an alias, or has sets of its own in it.
/// </summary>
public sealed record RecordSetModel
{
    /// <summary>Opaque; 1 to 128 characters, and unique among the sets of its name and type.</summary>
    public required string Identifier { get; init; }

    /// <summary>When it is the answer; all sets of a name and type have the same kind of routing.</summary>
    public required RoutingModel Routing { get; init; }

    /// <summary>TTL of the data in seconds; null takes the zone's. An alias has the TTL of its target.</summary>
    public uint? TtlSeconds { get; init; }

    /// <summary>RDATA in uncompressed wire format; empty for an alias.</summary>
    public ModelList<RdataModel> Rdata { get; init; } = [];

    public AliasModel? Alias { get; init; }

    /// <summary>The sets that it consists of, each with its routing: so trees of rules are written. Empty for data and for an alias.</summary>
    public ModelList<RecordSetModel> Sets { get; init; } = [];

    /// <summary>
    /// Of a set with <see cref="Sets"/>: it is passed over while nothing in it is healthy. Otherwise it always counts as healthy, and answers as
    /// if it were asked by itself.
    /// </summary>
    public bool EvaluatesHealth { get; init; }

    /// <summary>
    /// A key of <see cref="MeridianModel.Monitors"/>: while it says down the set is passed over. Null is always healthy.
    /// </summary>
    public string? Health { get; init; }
}

/// <summary>The data of one record, equal to another by content.</summary>
/// <param name="Octets">Uncompressed wire format.</param>
public readonly record struct RdataModel(ReadOnlyMemory<byte> Octets)
{
    public bool Equals(RdataModel other) => Octets.Span.SequenceEqual(other.Octets.Span);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Octets.Span);
        return hash.ToHashCode();
    }
}

/// <summary>
/// The records of another name, of the same type, answered as though they were this name's own: on the wire there is never a
/// CNAME, so it may stand at a zone's apex.
/// </summary>
/// <param name="Target">
/// A name in one of this server's zones, whose records are taken as they are, steered or not; or any other name, whose
/// addresses the server looks up by itself.
/// </param>
/// <param name="EvaluatesHealth">
/// The alias is passed over while nothing that its target leads to is healthy. Otherwise it always counts as healthy, and the
/// target answers as if asked by itself.
/// </param>
public sealed record AliasModel(DomainName Target, bool EvaluatesHealth);
