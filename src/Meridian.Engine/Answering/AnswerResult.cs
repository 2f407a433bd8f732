using Meridian.Dns;

namespace Meridian.Engine.Answering;

/// <summary>What to do with a query.</summary>
public enum AnswerDisposition : byte
{
    /// <summary>Send the response.</summary>
    Respond,

    /// <summary>Send nothing; <see cref="AnswerResult.DropReason"/> says why.</summary>
    Drop,

    /// <summary>Cannot be answered in place (UPDATE, NOTIFY, zone transfer): belongs to a bounded queue.</summary>
    Deferred,
}

/// <summary>Why a packet gets no response. Each is counted.</summary>
public enum DropReason : byte
{
    None,

    /// <summary>Fewer than 12 octets: there is no header to answer to.</summary>
    TooShort,

    /// <summary>QR=1: answering a response could loop (RFC 8906 §2 advises against any reply).</summary>
    IsResponse,

    /// <summary>The response buffer cannot hold even the header.</summary>
    NoRoom,

    /// <summary>The network's budget of answers is used up (RRL).</summary>
    RateLimitedPositive,

    /// <summary>The network's budget of NXDOMAIN and NODATA is used up (RRL).</summary>
    RateLimitedNegative,

    /// <summary>The network's budget of errors is used up (RRL).</summary>
    RateLimitedError,
}

/// <summary>What kind of answer was given, for counters.</summary>
public enum AnswerKind : byte
{
    None,
    Positive,
    NoData,
    NxDomain,
    Referral,
    CnameChain,
    Refused,
    Error,
}

/// <summary>The outcome of <see cref="QueryAnswerer.Answer(ReadOnlySpan{byte}, in ClientInfo, Span{byte})"/>; 8 octets, by value.</summary>
/// <param name="Disposition">Respond, drop or defer.</param>
/// <param name="DropReason">Set for a drop.</param>
/// <param name="Kind">What kind of answer it is.</param>
/// <param name="Flags">Truncated, steered, and so on.</param>
/// <param name="Length">Octets of the response.</param>
/// <param name="Rcode">The response code given.</param>
public readonly record struct AnswerResult(
    AnswerDisposition Disposition,
    DropReason DropReason,
    AnswerKind Kind,
    AnswerFlags Flags,
    ushort Length,
    Rcode Rcode);

/// <summary>Things worth counting that can come together.</summary>
[Flags]
public enum AnswerFlags : byte
{
    None = 0,
    Truncated = 1,
    Steered = 2,
    Edns = 4,
    ClientSubnet = 8,
    FailOpen = 16,
    DnssecOk = 32,

    /// <summary>Sent without records because the network's budget is used up.</summary>
    Slipped = 64,

    /// <summary>The query had a valid server cookie.</summary>
    ValidCookie = 128,
}
