using System.Collections.Immutable;
using Meridian.Conformance.Tests.Cases;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>The parts of a response that are compared, each for itself.</summary>
internal enum ObservedPart
{
    Rcode,
    Flags,
    Truncated,
    Edns,
    Question,
    Answer,
    Authority,
    Additional,
}

/// <summary>A response in a form in which what means the same is equal: sections as sets of records.</summary>
internal sealed class Observation
{
    // More links than Knot follows (5); BIND follows 11, NSD and Meridian more.
    private const int LongChain = 6;

    private const MessageFlags Compared = ~(MessageFlags.Truncated | MessageFlags.Response);

    private readonly Message? _message;

    public Observation(byte[]? octets)
    {
        Octets = octets;
        MessageParseStatus status = Message.TryParse(octets, out _message);
        IsTruncated = _message?.Header.Flags.HasFlag(MessageFlags.Truncated) == true;
        Broken = octets is null ? "no answer" : status == MessageParseStatus.Ok ? null : $"not a message: {status}";
    }

    public byte[]? Octets { get; }

    public bool IsTruncated { get; }

    /// <summary>Why there is nothing to compare, or null.</summary>
    public string? Broken { get; }

    /// <summary>What kind of answer it is, in one word.</summary>
    public string Outcome => Broken is not null ? "silence"
        : _message!.Rcode != Rcode.NoError ? _message.Rcode.ToString().ToLowerInvariant()
        : _message.Answer.Length > 0 ? _message.Answer.Any(record => record.Type is RecordType.CNAME or RecordType.DNAME) ? "chain" : "answer"
        : _message.Authority.Any(record => record.Type == RecordType.NS) ? "referral"
        : "nodata";

    /// <summary>What is special about a chain of aliases: its length, or that it leads over more than one zone; null otherwise.</summary>
    public string? DescribeChain(IReadOnlySet<DomainName> apexes)
    {
        MessageRecord[] links = [.. (_message?.Answer ?? []).Where(record => record.Type == RecordType.CNAME)];
        if (links.Length >= LongChain)
        {
            return "a long chain";
        }
        IEnumerable<DomainName> names = links.SelectMany(link => new[] { link.Owner, TargetOf(link) });
        return names.Select(name => ZoneOf(name, apexes)).Distinct().Skip(1).Any() ? "a chain over zones" : null;
    }

    private static DomainName TargetOf(MessageRecord cname) =>
        DomainName.TryFromWire(cname.Rdata.Span, out DomainName? target) == DomainNameError.None ? target! : cname.Owner;

    private static DomainName? ZoneOf(DomainName name, IReadOnlySet<DomainName> apexes)
    {
        DomainName? zone = name;
        while (zone is not null && !apexes.Contains(zone))
        {
            zone = zone.Parent;
        }
        return zone;
    }

    /// <summary>One part as text; a response that is broken is the same broken thing in every part.</summary>
    public string Part(ObservedPart part) => Broken ?? part switch
    {
        ObservedPart.Rcode => _message!.Rcode.ToString(),
        ObservedPart.Flags => (_message!.Header.Flags & Compared).ToString(),
        ObservedPart.Truncated => IsTruncated.ToString(),
        ObservedPart.Edns => _message!.Edns is { } edns ? $"version {edns.Version} DO {edns.IsDnssecOk}" : "none",
        ObservedPart.Question => string.Join('\n', _message!.Questions.Select(question => $"{Convert.ToHexString(question.NameWire.Span)} {question.Type} {question.Class}")),
        ObservedPart.Answer => Join(_message!.Answer),
        ObservedPart.Authority => Join(_message!.Authority),
        _ => Join(_message!.Additional),
    };

    // A set: BIND repeats no record of a chain that comes by again.
    private static string Join(ImmutableArray<MessageRecord> section) => string.Join('\n', Reply.Canonical(section).Distinct());
}
