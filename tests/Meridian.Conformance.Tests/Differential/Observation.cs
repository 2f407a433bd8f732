using System.Collections.Immutable;
using Meridian.Conformance.Tests.Cases;
using Meridian.Dns;
using Meridian.Dns.Messages;
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
