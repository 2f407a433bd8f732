namespace Meridian.Dns.Messages;

/// <summary>Why a query can or cannot be answered. One value per reason, so that each can be counted.</summary>
public enum QueryParseStatus : byte
{
    /// <summary>The query is well-formed and its opcode is QUERY, NOTIFY or UPDATE.</summary>
    Ok,

    /// <summary>Fewer octets than a header (or more than a message can have): nothing to answer to. Drop.</summary>
    TooShort,

    /// <summary>QR=1: answering responses could loop. Drop.</summary>
    IsResponse,

    /// <summary>An opcode that is not served: NOTIMP with a header only (RFC 8906 §3.1.3).</summary>
    UnknownOpcode,

    /// <summary>QDCOUNT is not one (RFC 9619 §4): FORMERR. With QDCOUNT 0 the EDNS values have been read.</summary>
    BadQuestionCount,

    /// <summary>The question's name is cut off, compressed or longer than 255 octets: FORMERR.</summary>
    BadQuestion,

    /// <summary>A record behind the question is cut off, or TSIG is not the last one (RFC 8945 §5.1): FORMERR.</summary>
    BadRecord,

    /// <summary>Two OPT records, one in the wrong section, not at the root, or with options cut off (RFC 6891 §6.1): FORMERR.</summary>
    BadEdns,

    /// <summary>A client subnet option that RFC 7871 §6 tells to reject: FORMERR.</summary>
    BadClientSubnet,

    /// <summary>A cookie of an impossible length (RFC 7873 §5.2.2): FORMERR.</summary>
    BadCookie,
}

/// <summary>What to do about each <see cref="QueryParseStatus"/>.</summary>
public static class QueryParseStatuses
{
    /// <summary>Whether nothing may be sent.</summary>
    public static bool IsDrop(this QueryParseStatus status) =>
        status is QueryParseStatus.TooShort or QueryParseStatus.IsResponse;

    /// <summary>The response code for a status that is answered.</summary>
    public static Rcode ToRcode(this QueryParseStatus status) => status switch
    {
        QueryParseStatus.Ok => Rcode.NoError,
        QueryParseStatus.UnknownOpcode => Rcode.NotImp,
        _ => Rcode.FormErr,
    };
}
