using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes.Dns;

/// <summary>Compares an answer with what the monitor expects.</summary>
internal static class DnsAnswerJudge
{
    // Records shown when the expected one is not among them.
    private const int ShownRecords = 3;

    internal static ProbeResult Judge(DnsQuestionModel question, ReadOnlySpan<byte> octets, ProbeTrace trace)
    {
        if (Message.TryParse(octets, out Message? message) != MessageParseStatus.Ok || message is null)
        {
            return trace.End(ProbeOutcome.InvalidAnswer, "the answer is not a DNS message");
        }

        bool isOurs = message.Header.IsResponse && message.Questions.Length == 1
            && message.Questions[0].Type == question.Type && message.Questions[0].Name.Equals(question.Name);

        // RFC 1035 §4.1.1: a server that cannot read a query may answer FORMERR without its question.
        if (!isOurs && !(message.Header.IsResponse && message.Questions.IsEmpty && message.Rcode != Rcode.NoError))
        {
            return trace.End(ProbeOutcome.InvalidAnswer, "the answer is to another question");
        }

        if (!question.ExpectedRcodes.Contains(message.Rcode))
        {
            string expected = string.Join(", ", question.ExpectedRcodes.Select(NameOf));
            return trace.End(ProbeOutcome.UnexpectedAnswer, $"response code {NameOf(message.Rcode)}, expected {expected}");
        }

        if (question.ExpectedAnswer is not { } record)
        {
            return trace.End(ProbeOutcome.Success, $"response code {NameOf(message.Rcode)}");
        }

        string[] answers = [.. message.Answer.Where(answer => answer.Type == question.Type)
            .Select(answer => RdataText.Format(answer.Type, answer.Rdata.Span))];
        if (answers.Contains(record, StringComparer.OrdinalIgnoreCase))
        {
            return trace.End(ProbeOutcome.Success, $"answered with {QuotedText.Of(record)}");
        }

        string found = answers.Length == 0 ? "no record of the type" : string.Join(", ", answers.Take(ShownRecords).Select(QuotedText.Of));
        bool isCut = (message.Header.Flags & MessageFlags.Truncated) != 0;
        return trace.End(
            ProbeOutcome.UnexpectedAnswer,
            $"{QuotedText.Of(record)} is not in the answer{(isCut ? ", which was cut to fit a datagram" : "")}: found {found}");
    }

    // As the registry of IANA spells them.
    private static string NameOf(Rcode rcode) => rcode.ToString().ToUpperInvariant();
}
