using System.Net;
using Meridian.Conformance.Tests.Cases;
using Meridian.Conformance.Tests.Client;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Rfc7766;

/// <summary>DNS transport over TCP: implementation requirements.</summary>
public sealed class ConnectionTests(SubjectFleet fleet, ConformanceReport report) : ConformanceSuite<ConnectionTests>(fleet, report), ICaseTable
{
    private const int PipelineDepth = 20;

    public static string Rfc => "RFC 7766";

    public static IEnumerable<ConformanceCase> Cases =>
    [
        new("5 TCP is served", "www.rfc.test. TXT +tcp", Expect.Answer("www.rfc.test. 3600 TXT \"one\" \"two\"")),
        new("5 what is truncated over UDP is whole over TCP", "a1200.big.test. A +tcp",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).Holds("1,200 records", message => message.Answer.Length == 1200)),
        new("5 a refusal over TCP", "www.elsewhere.example. A +tcp", Expect.Status(Rcode.Refused)),
        new("5 the size in OPT does not bound TCP", "a100.big.test. A +tcp +bufsize=512",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).Holds("100 records", message => message.Answer.Length == 100)),
        new("8 the largest message there is", "full.big.test. TXT +tcp",
            Expect.Status(Rcode.NoError).Clear(MessageFlags.Truncated).LengthAtLeast(65_535).Holds("245 records", message => message.Answer.Length == 245)),
        ConformanceCase.Of("6.2.1 a connection is used again", AskTwice),
        ConformanceCase.Of("6.2.1.1 questions sent at once are all answered", AskAtOnce),
        ConformanceCase.Of("6.2.1.1 answers carry the id of their question", AskDifferentThings),
        ConformanceCase.Of("6.2.1.1 large and small answers on one connection", MixSizes),
        ConformanceCase.Of("8 the length and the message may come apart", SendInPieces),
        ConformanceCase.Of("8 two messages in one segment", endpoint => AskTogether(endpoint, 2)),
        ConformanceCase.Of("6.2.2 several connections at once", AskOnManyConnections),
        ConformanceCase.Of("6.2.3 half-closed by the client, the answer still comes", AskAndHalfClose),
        ConformanceCase.Of("8 a message shorter than a header ends nothing but itself", SendShortMessage),
    ];

    private static string? AskTwice(IPEndPoint endpoint)
    {
        using TcpClient client = new(endpoint);
        for (ushort id = 1; id <= 2; id++)
        {
            if (Verify(client.Ask(Query(id, "www.rfc.test.", RecordType.TXT)), id, answers: 1) is { } problem)
            {
                return $"question {id}: {problem}";
            }
        }
        return null;
    }

    private static string? AskAtOnce(IPEndPoint endpoint) => AskTogether(endpoint, PipelineDepth);

    private static string? AskTogether(IPEndPoint endpoint, int count)
    {
        using TcpClient client = new(endpoint);
        client.Send([.. Enumerable.Range(1, count).SelectMany(id => TcpClient.Frame(Query((ushort)id, "www.rfc.test.", RecordType.TXT)))]);
        return ReceiveAll(client, Enumerable.Range(1, count).ToDictionary(id => (ushort)id, _ => 1));
    }

    private static string? AskDifferentThings(IPEndPoint endpoint)
    {
        using TcpClient client = new(endpoint);
        client.Send([
            .. TcpClient.Frame(Query(1, "www.rfc.test.", RecordType.A)),
            .. TcpClient.Frame(Query(2, "missing.rfc.test.", RecordType.A)),
            .. TcpClient.Frame(Query(3, "big.rfc.test.", RecordType.TXT)),
        ]);
        return ReceiveAll(client, new Dictionary<ushort, int> { [1] = 3, [2] = 0, [3] = 40 });
    }

    private static string? MixSizes(IPEndPoint endpoint)
    {
        using TcpClient client = new(endpoint);
        client.Send([
            .. TcpClient.Frame(Query(1, "huge.big.test.", RecordType.TXT)),
            .. TcpClient.Frame(Query(2, "www.rfc.test.", RecordType.TXT)),
            .. TcpClient.Frame(Query(3, "huge.big.test.", RecordType.TXT)),
        ]);
        return ReceiveAll(client, new Dictionary<ushort, int> { [1] = 230, [2] = 1, [3] = 230 });
    }

    private static string? SendInPieces(IPEndPoint endpoint)
    {
        using TcpClient client = new(endpoint);
        foreach (byte octet in TcpClient.Frame(Query(1, "www.rfc.test.", RecordType.TXT)))
        {
            client.Send([octet]);
        }
        return Verify(client.Receive(), 1, answers: 1);
    }

    private static string? AskOnManyConnections(IPEndPoint endpoint)
    {
        List<TcpClient> clients = [.. Enumerable.Range(0, PipelineDepth).Select(_ => new TcpClient(endpoint))];
        try
        {
            return clients.Select(client => Verify(client.Ask(Query(9, "www.rfc.test.", RecordType.TXT)), 9, answers: 1))
                .FirstOrDefault(problem => problem is not null);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static string? AskAndHalfClose(IPEndPoint endpoint)
    {
        using TcpClient client = new(endpoint);
        client.Send(TcpClient.Frame(Query(1, "www.rfc.test.", RecordType.TXT)));
        client.EndSending();
        return Verify(client.Receive(), 1, answers: 1);
    }

    // The server may close the connection or go on with it; another connection has to work.
    private static string? SendShortMessage(IPEndPoint endpoint)
    {
        using TcpClient client = new(endpoint);
        client.Send([0, 3, 1, 2, 3]);
        return AskTwice(endpoint);
    }

    private static string? ReceiveAll(TcpClient client, Dictionary<ushort, int> answersById)
    {
        while (answersById.Count > 0)
        {
            byte[]? octets = client.Receive();
            if (octets is not { Length: > 2 })
            {
                return $"{answersById.Count} questions were not answered";
            }
            ushort id = (ushort)(octets[0] << 8 | octets[1]);
            if (!answersById.Remove(id, out int answers))
            {
                return $"nobody asked with the id {id}";
            }
            if (Verify(octets, id, answers) is { } problem)
            {
                return problem;
            }
        }
        return null;
    }

    private static string? Verify(byte[]? octets, ushort id, int answers) =>
        octets is null ? "there was no answer"
        : Message.TryParse(octets, out Message? message) != MessageParseStatus.Ok || message is null ? "the answer is not a message"
        : message.Header.Id != id ? $"the id is {message.Header.Id}, not {id}"
        : message.Answer.Length != answers ? $"the answer has {message.Answer.Length} records, not {answers}"
        : null;

    private static byte[] Query(ushort id, string name, RecordType type) => new QueryBuilder(name, type) { Id = id, Flags = MessageFlags.None }.Build();
}
