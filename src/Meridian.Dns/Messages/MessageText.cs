using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>Messages in text, as dig shows them: what tests compare and tools print.</summary>
public static class MessageText
{
    private static readonly (MessageFlags Flag, string Name)[] FlagNames =
    [
        (MessageFlags.Response, "qr"), (MessageFlags.AuthoritativeAnswer, "aa"), (MessageFlags.Truncated, "tc"),
        (MessageFlags.RecursionDesired, "rd"), (MessageFlags.RecursionAvailable, "ra"), (MessageFlags.Zero, "z"),
        (MessageFlags.AuthenticData, "ad"), (MessageFlags.CheckingDisabled, "cd"),
    ];

    /// <summary>The message as text; lines end with a line feed.</summary>
    public static string Format(Message message)
    {
        StringBuilder text = new();
        string flags = string.Concat(FlagNames.Where(pair => message.Header.Flags.HasFlag(pair.Flag)).Select(pair => $" {pair.Name}"));
        MessageHeader header = message.Header;
        text.Append(CultureInfo.InvariantCulture, $"""
            ;; ->>HEADER<<- opcode: {NameOf(header.Opcode, "OPCODE")}, status: {NameOf(message.Rcode, "RCODE")}, id: {header.Id}
            ;; flags:{flags}; QUERY: {header.QuestionCount}, ANSWER: {header.AnswerCount}, AUTHORITY: {header.AuthorityCount}, ADDITIONAL: {header.AdditionalCount}

            """);
        if (message.Edns is not null)
        {
            FormatEdns(message.Edns, text);
        }
        if (!message.Questions.IsEmpty)
        {
            text.Append("\n;; QUESTION SECTION:\n");
            foreach (Question question in message.Questions)
            {
                DomainNameText.Format(question.NameWire.Span, text.Append(';'));
                text.Append('\t').Append(NameOf(question.Class)).Append('\t').Append(question.Type.ToMnemonic()).Append('\n');
            }
        }
        FormatSection("ANSWER", message.Answer, text);
        FormatSection("AUTHORITY", message.Authority, text);
        FormatSection("ADDITIONAL", message.Additional, text);
        return text.ToString();
    }

    private static void FormatSection(string name, ImmutableArray<MessageRecord> records, StringBuilder text)
    {
        if (records.IsEmpty)
        {
            return;
        }
        text.Append(CultureInfo.InvariantCulture, $"\n;; {name} SECTION:\n");
        foreach (MessageRecord record in records)
        {
            DomainNameText.Format(record.OwnerWire.Span, text);
            text.Append(CultureInfo.InvariantCulture, $"\t{record.TtlSeconds}\t{NameOf(record.Class)}\t{record.Type.ToMnemonic()}\t");
            RdataFormatter.Format(record.Type, record.Rdata.Span, text);
            text.Append('\n');
        }
    }

    private static void FormatEdns(MessageEdns edns, StringBuilder text)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n;; OPT PSEUDOSECTION:\n; EDNS: version: {edns.Version}, flags:{(edns.IsDnssecOk ? " do" : "")}; udp: {edns.UdpPayloadSize}\n");
        foreach (EdnsOption option in edns.Options)
        {
            text.Append("; ").Append(NameOf(option.Code)).Append(": ");
            if (option.Code == EdnsOptionCode.ClientSubnet && ClientSubnet.TryParse(option.Data.Span, out ClientSubnet subnet))
            {
                text.Append(subnet.ToString());
            }
            else
            {
                text.Append(Convert.ToHexStringLower(option.Data.Span));
            }
            text.Append('\n');
        }
    }

    private static string NameOf(RecordClass value) =>
        Enum.IsDefined(value) ? value.ToString() : string.Create(CultureInfo.InvariantCulture, $"CLASS{(ushort)value}");

    private static string NameOf(EdnsOptionCode code) => code switch
    {
        EdnsOptionCode.Nsid => "NSID",
        EdnsOptionCode.ClientSubnet => "CLIENT-SUBNET",
        EdnsOptionCode.Expire => "EXPIRE",
        EdnsOptionCode.Cookie => "COOKIE",
        EdnsOptionCode.TcpKeepalive => "TCP-KEEPALIVE",
        EdnsOptionCode.Padding => "PADDING",
        EdnsOptionCode.ExtendedError => "EDE",
        _ => string.Create(CultureInfo.InvariantCulture, $"OPT={(ushort)code}"),
    };

    // The registry's spelling is the enum's in upper case.
    private static string NameOf<T>(T value, string kind)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value.ToString().ToUpperInvariant() : $"{kind}{value:D}";
}
