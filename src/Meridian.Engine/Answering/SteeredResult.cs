using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>What came of answering a steered RRset.</summary>
/// <param name="Status">How the policy decided.</param>
/// <param name="Outcome">What was written.</param>
/// <param name="ScopePrefixLength">How many bits of the client's network the decision depends on.</param>
/// <param name="Target">For CNAME: the lower-case name to go on with.</param>
/// <param name="ExtendedError">What resolvers and people are told about the decision (RFC 8914).</param>
internal readonly record struct SteeredResult(
    SteeringStatus Status,
    SteeredWriteOutcome Outcome,
    int ScopePrefixLength,
    byte[]? Target,
    ExtendedErrorCode ExtendedError);

/// <summary>What was written of a steered answer.</summary>
internal enum SteeredWriteOutcome : byte
{
    Written,

    /// <summary>The decision has no record of the asked type: NODATA.</summary>
    NoRecords,

    /// <summary>The records do not fit: truncate.</summary>
    NoRoom,
}

/// <summary>What a policy looks at in a query.</summary>
/// <param name="Network">Where the client is.</param>
/// <param name="Draw">The keyed hash of the query.</param>
/// <param name="NameHash">Hash of the lower-case question name, for hash nodes.</param>
/// <param name="UnixSeconds">When it came, for schedules and ramps.</param>
internal readonly record struct SteeringQuery(ClientNetwork Network, ulong Draw, ulong NameHash, long UnixSeconds);
