using System.Collections.Immutable;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>What an RFC asks of a response: a list of checks, each with the words that say what it is about.</summary>
public sealed record Expect
{
    private ImmutableArray<Func<Reply, string?>> Checks { get; init; } = [];

    /// <summary>Whether the right answer is none at all.</summary>
    public bool IsNoResponse { get; private init; }

    /// <summary>The packet is dropped.</summary>
    public static Expect NoResponse { get; } = new() { IsNoResponse = true };

    /// <summary>No check at all.</summary>
    public static Expect Anything { get; } = new();

    /// <summary>Either no answer, or one with this code: both are usual where an RFC leaves it open.</summary>
    public static Expect NoResponseOr(params Rcode[] rcodes) => new Expect { IsNoResponse = true }.That(
        reply => reply.Octets is null || rcodes.Contains(RcodeOf(reply)) ? null : $"expected no answer or {string.Join(" or ", rcodes)}");

    /// <summary>NOERROR with AA and exactly these records in the answer section.</summary>
    public static Expect Answer(params string[] records) =>
        Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer).Clear(MessageFlags.Truncated).AnswerIs(records);

    /// <summary>NOERROR with AA, the zone's SOA in the authority section, and in the answer section the chain that led there.</summary>
    public static Expect NoData(string apex, params string[] chain) =>
        Status(Rcode.NoError).Set(MessageFlags.AuthoritativeAnswer).AnswerIs(chain).SoaOf(apex);

    /// <summary>NXDOMAIN with AA, the zone's SOA in the authority section, and in the answer section the chain that led there.</summary>
    public static Expect NxDomain(string apex, params string[] chain) =>
        Status(Rcode.NXDomain).Set(MessageFlags.AuthoritativeAnswer).AnswerIs(chain).SoaOf(apex);

    /// <summary>NOERROR without AA, nothing in the answer section, and exactly these name servers in the authority section.</summary>
    public static Expect Referral(params string[] nameServers) =>
        Status(Rcode.NoError).Clear(MessageFlags.AuthoritativeAnswer).AnswerIs().AuthorityIs(nameServers);

    /// <summary>A response with this code, whatever else it holds.</summary>
    public static Expect Status(params Rcode[] rcodes) => new Expect().That(reply =>
        reply.Message is null ? "expected an answer"
        : rcodes.Contains(reply.Message.Rcode) ? null
        : $"expected status {string.Join(" or ", rcodes)}");

    /// <summary>A response with this code in its header; EDNS does not matter.</summary>
    public static Expect HeaderStatus(params Rcode[] rcodes) => new Expect().That(reply =>
        reply.Octets is { Length: >= MessageHeader.Length } && rcodes.Contains(RcodeOf(reply))
            ? null
            : $"expected status {string.Join(" or ", rcodes)} in the header");

    public Expect AnswerIs(params string[] records) => SectionIs("answer", message => message.Answer, records);

    public Expect AuthorityIs(params string[] records) => SectionIs("authority", message => message.Authority, records);

    /// <summary>These addresses are in the additional section; others may be.</summary>
    public Expect Additional(params string[] records) => That(reply =>
    {
        IReadOnlyList<string> found = reply.Message is { } message ? Reply.Canonical(message.Additional) : [];
        string[] missing = [.. records.Select(RecordText.Parse).Except(found)];
        return missing.Length == 0 ? null : $"the additional section lacks {string.Join("; ", missing)}";
    });

    public Expect NoAdditional(RecordType type) => That(reply =>
        reply.Message?.Additional.Any(record => record.Type == type) == true ? $"expected no {type} in the additional section" : null);

    public Expect SoaOf(string apex) => That(reply =>
        reply.Message?.Authority.Select(record => $"{record.Owner} {record.Type}").SequenceEqual([$"{apex} SOA"]) == true
            ? null
            : $"expected the SOA of {apex} alone in the authority section");

    /// <summary>The TTL of the SOA in the authority section.</summary>
    public Expect SoaTtl(uint seconds) => That(reply =>
        reply.Message?.Authority is [{ Type: RecordType.SOA } soa] && soa.TtlSeconds == seconds ? null : $"expected an SOA with TTL {seconds}");

    public Expect Set(MessageFlags flag) => That(reply => reply.Has(flag) ? null : $"expected the flag {flag}");

    public Expect Clear(MessageFlags flag) => That(reply => reply.Has(flag) ? $"expected no flag {flag}" : null);

    public Expect HasEdns() => That(reply => reply.Message?.Edns is { Version: 0 } ? null : "expected an OPT record of version 0");

    public Expect NoEdns() => That(reply => reply.Message?.Edns is null ? null : "expected no OPT record");

    public Expect EdnsIs(string what, Func<MessageEdns, bool> holds) => That(reply =>
        reply.Message?.Edns is { } edns && holds(edns) ? null : $"expected an OPT record with {what}");

    public Expect NoOption(ushort code) => That(reply =>
        reply.Option((EdnsOptionCode)code) is null ? null : $"expected no option {code}");

    public Expect OptionIs(EdnsOptionCode code, string hex) => That(reply =>
        reply.Option(code) is { } option && Convert.ToHexString(option.Data.Span) == hex ? null : $"expected the option {code} to be {hex}");

    /// <summary>The question as it was sent, in the same case.</summary>
    public Expect QuestionEchoed() => That(reply =>
        reply.Octets is { } octets && octets.Length > MessageHeader.Length && reply.Message?.Questions is [{ } question]
        && reply.Query.Span[MessageHeader.Length..].StartsWith(question.NameWire.Span) ? null : "expected the question as it was sent");

    public Expect NoQuestion() => That(reply =>
        reply.Octets is { Length: >= MessageHeader.Length } octets && octets[4] == 0 && octets[5] == 0 ? null : "expected no question");

    public Expect Opcode(int opcode) => That(reply =>
        reply.Octets is { } octets && (octets[2] >> 3 & 0xF) == opcode ? null : $"expected the opcode {opcode}");

    public Expect LengthAtMost(int length) => That(reply =>
        reply.Octets is { } octets && octets.Length <= length ? null : $"expected at most {length} octets");

    public Expect LengthAtLeast(int length) => That(reply =>
        reply.Octets is { } octets && octets.Length >= length ? null : $"expected at least {length} octets");

    public Expect Holds(string what, Func<Message, bool> holds) => That(reply =>
        reply.Message is { } message && holds(message) ? null : $"expected {what}");

    /// <summary>What is not as expected, one reason per check; empty when all is well.</summary>
    public IReadOnlyList<string> Judge(Reply reply)
    {
        List<string> problems = [.. Checks.Select(check => check(reply)).OfType<string>()];
        if (IsNoResponse && Checks.IsEmpty && reply.Octets is not null)
        {
            problems.Add("expected no answer");
        }
        else if (!IsNoResponse && reply.Octets is null)
        {
            problems.Insert(0, "there was no answer");
        }
        else if (reply.Octets is { Length: >= MessageHeader.Length } octets)
        {
            if (!octets.AsSpan().StartsWith(reply.Query.Span[..2]))
            {
                problems.Add("the id is not the query's");
            }
            if ((octets[2] & 0x80) == 0)
            {
                problems.Add("QR is not set");
            }
        }
        return problems;
    }

    public Expect That(Func<Reply, string?> check) => this with { Checks = Checks.Add(check) };

    private Expect SectionIs(string name, Func<Message, ImmutableArray<MessageRecord>> section, string[] records)
    {
        string[] expected = [.. records.Select(RecordText.Parse).Order(StringComparer.Ordinal)];
        return That(reply => reply.Message is { } message && Reply.Canonical(section(message)).SequenceEqual(expected)
            ? null
            : $"expected the {name} section to be [{string.Join("; ", expected)}]");
    }

    private static Rcode RcodeOf(Reply reply) => (Rcode)(reply.Octets is { Length: > 3 } octets ? octets[3] & 0xF : 0);
}
