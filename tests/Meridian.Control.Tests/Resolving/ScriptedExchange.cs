using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Resolving;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Tests.Resolving;

/// <summary>A resolver that answers as a test says, and remembers what it was asked.</summary>
internal sealed class ScriptedExchange(Func<ScriptedExchange.Asked, ScriptedExchange.Reply?> script) : IDnsExchange
{
    private readonly Lock _lock = new();
    private readonly List<Asked> _asked = [];

    /// <summary>A question.</summary>
    public sealed record Asked(DomainName Name, RecordType Type, IPEndPoint Server, bool IsTcp, Message Message);

    /// <summary>An answer; records as <c>owner ttl type data</c>.</summary>
    public sealed record Reply(Rcode Rcode, string[] Answer, string[] Authority, MessageFlags Flags = MessageFlags.Response | MessageFlags.RecursionAvailable)
    {
        /// <summary>Whether the question comes back, as by resolvers of today.</summary>
        public bool HasQuestion { get; init; } = true;

        /// <summary>Whether it comes back in lower case, whatever the case of what was asked.</summary>
        public bool FoldsCase { get; init; }
    }

    public ImmutableArray<Asked> Questions
    {
        get
        {
            lock (_lock)
            {
                return [.. _asked];
            }
        }
    }

    public static Reply Answer(params string[] records) => new(Rcode.NoError, records, []);

    public static Reply Negative(Rcode rcode, params string[] authority) => new(rcode, [], authority);

    public async Task<DnsExchangeResult> ExchangeAsync(
        ReadOnlyMemory<byte> query, IPEndPoint server, bool isTcp, Func<ReadOnlyMemory<byte>, bool> isResponse, CancellationToken cancellationToken)
    {
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(query.Span, out Message? message));
        Question question = Assert.Single(message!.Questions);
        Asked asked = new(question.Name, question.Type, server, isTcp, message);
        lock (_lock)
        {
            _asked.Add(asked);
        }
        await Task.Yield();
        if (script(asked) is not { } reply)
        {
            return DnsExchangeResult.Failed("no answer in time");
        }
        byte[] response = new Message
        {
            Header = new MessageHeader(
                message.Header.Id, MessageHeader.Compose(reply.Flags, Opcode.Query, reply.Rcode), 1, 0, 0, 0),
            Questions = !reply.HasQuestion ? []
                : reply.FoldsCase ? [new Question(question.Name.Wire.ToArray(), question.Type, question.Class)] : message.Questions,
            Answer = [.. reply.Answer.Select(Record)],
            Authority = [.. reply.Authority.Select(Record)],
        }.ToWire();
        if (!reply.FoldsCase)
        {
            Assert.True(isResponse(response));
        }
        return isResponse(response) ? new DnsExchangeResult(response, "") : DnsExchangeResult.Failed("another question");
    }

    private static MessageRecord Record(string text)
    {
        string[] words = text.Split(' ', 4);
        Assert.True(RecordTypes.TryParse(words[2], out RecordType type));
        Assert.True(RdataText.TryScan(type, words[3], DomainName.Root, out byte[] rdata, out string? problem), problem);
        return new MessageRecord(
            DomainName.Parse(words[0]).Wire.ToArray(), type, RecordClass.IN, uint.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), rdata);
    }
}
