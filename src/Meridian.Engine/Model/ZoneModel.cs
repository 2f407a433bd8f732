using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>An authoritative zone: its start of authority, and its RRsets from inline records and master file together.</summary>
public sealed record ZoneModel
{
    public required DomainName Apex { get; init; }

    /// <summary>Tells it from other zones of the same name; empty where it needs none. No client sees it.</summary>
    public string Label { get; init; } = "";

    /// <summary>
    /// The views whose clients see it, in the order of their names; empty for everybody. For its clients it takes the place of
    /// a zone of the same name that everybody sees.
    /// </summary>
    public ModelList<string> Views { get; init; } = [];

    /// <summary>What tells it from all other zones.</summary>
    public ZoneKey Key => new(Apex, Label);

    /// <summary>Whether only clients of some views see it.</summary>
    public bool IsPrivate => Views.Count > 0;

    public required SoaModel Soa { get; init; }

    /// <summary>For RRsets that state none; seconds.</summary>
    public uint DefaultTtlSeconds { get; init; } = 300;

    /// <summary>Every RRset but the SOA, at most one per owner and type; front ends give them in canonical order (RFC 4034 §6.1), then by type.</summary>
    public required RRsetList RRsets { get; init; }

    /// <summary>The id by which the Route 53 API knows the zone; null where that follows from the name. No two zones have the same.</summary>
    public string? Route53Id { get; init; }

    /// <summary>How far a change of this zone may go; null takes <see cref="MeridianModel.Guard"/>.</summary>
    public GuardModel? Guard { get; init; }

    /// <summary>Whether a change of this zone takes the word of a second person.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>Who may write which names; empty lets everybody write everything.</summary>
    public ModelList<OwnershipModel> Owners { get; init; } = [];

    /// <summary>Whether a name exists: it has records, or a name below it has (RFC 4592 §2.2.2); for a model in order.</summary>
    internal bool Exists(DomainName name)
    {
        int first = RRsets.FirstOf(name);
        return first < RRsets.Length && RRsets.RowAt(first).Owner.IsSubdomainOf(name);
    }
}

/// <summary>The fields of the SOA record (RFC 1035 §3.3.13). The serial comes from the revision.</summary>
public sealed record SoaModel
{
    /// <summary>MNAME.</summary>
    public required DomainName Primary { get; init; }

    /// <summary>RNAME, the contact's mailbox as a name.</summary>
    public required DomainName Contact { get; init; }

    public uint RefreshSeconds { get; init; } = 7200;

    public uint RetrySeconds { get; init; } = 900;

    public uint ExpireSeconds { get; init; } = 1209600;

    /// <summary>TTL of negative answers (RFC 2308 §4): the MINIMUM field and the SOA's TTL in negative answers.</summary>
    public uint NegativeTtlSeconds { get; init; } = 60;

    /// <summary>TTL of the SOA RRset itself.</summary>
    public uint TtlSeconds { get; init; } = 300;
}
