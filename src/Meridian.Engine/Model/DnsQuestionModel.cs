using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>What a monitor of type dns asks, and what it expects.</summary>
public sealed record DnsQuestionModel
{
    public required DomainName Name { get; init; }

    public RecordType Type { get; init; } = RecordType.A;

    /// <summary>Over TCP instead of UDP.</summary>
    public bool OverTcp { get; init; }

    /// <summary>Whether the member is to resolve the name for us; off for authoritative servers.</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>Response codes that mean up.</summary>
    public ModelList<Rcode> ExpectedRcodes { get; init; } = [Rcode.NoError];

    /// <summary>Record data in presentation format that must be among the answers of the asked type; null asks for none.</summary>
    public string? ExpectedAnswer { get; init; }
}
