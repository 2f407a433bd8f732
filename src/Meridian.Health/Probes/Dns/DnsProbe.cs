using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Meridian.Dns.Messages;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Dns;

/// <summary>A member is up when it answers a DNS query with an expected response code and, where the monitor says so, an expected record.</summary>
public sealed class DnsProbe(TimeProvider time, INameResolver resolver) : IProbe
{
    // The length before a message over TCP (RFC 1035 §4.2.2).
    private const int LengthOctets = 2;

    // Datagrams that are no answer to our query, before the attempt gives up: stray ones are rare, a flood is not our answer.
    private const int MaxStrayDatagrams = 16;

    // RFC 6891 §6.2.5: what goes unfragmented everywhere is at most 1232 octets; over TCP a health answer needs no more.
    private const ushort UdpPayloadSize = 1232;
    private const int BufferLength = 4096;

    private readonly ProbeTools _tools = new(time, resolver, roots: null);

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(target));
        if (monitor.Dns is not { } question)
        {
            return trace.End(ProbeOutcome.NotMade, $"not tried: monitor {monitor.Name} does not say what to ask");
        }

        SocketKind kind = question.OverTcp ? SocketKind.Tcp : SocketKind.Udp;
        (ProbeConnection? connection, ProbeResult failure) =
            await _tools.Connector.ConnectAsync(target, kind, monitor, trace, deadline);
        if (connection is null)
        {
            return failure;
        }

        using (connection)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
            try
            {
                return await ExchangeAsync(connection, target, question, trace, buffer.AsMemory(0, BufferLength));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static async ValueTask<ProbeResult> ExchangeAsync(
        ProbeConnection connection, ProbeTarget target, DnsQuestionModel question, ProbeTrace trace, Memory<byte> buffer)
    {
        trace.Enter(ProbePhase.FirstByte);
        ushort id = (ushort)RandomNumberGenerator.GetInt32(0x10000);
        byte[] query = WriteQuery(question, id);
        SocketError error = await connection.SendAsync(query);
        if (error != SocketError.Success)
        {
            return trace.Failed(error, target.ToString());
        }

        return question.OverTcp
            ? await ReceiveStreamAsync(connection, target, question, id, trace, buffer)
            : await ReceiveDatagramAsync(connection, target, question, id, trace, buffer);
    }

    private static async ValueTask<ProbeResult> ReceiveDatagramAsync(
        ProbeConnection connection, ProbeTarget target, DnsQuestionModel question, ushort id, ProbeTrace trace, Memory<byte> buffer)
    {
        for (int stray = 0; stray <= MaxStrayDatagrams; stray++)
        {
            (int length, SocketError error) = await connection.ReceiveAsync(buffer);
            if (error != SocketError.Success)
            {
                return trace.Failed(error, target.ToString());
            }

            // RFC 5452 §9.1: what does not carry our id is somebody else's, or an earlier query's.
            if (length >= LengthOctets && BinaryPrimitives.ReadUInt16BigEndian(buffer.Span) == id)
            {
                return DnsAnswerJudge.Judge(question, buffer.Span[..length], trace);
            }
        }

        return trace.End(ProbeOutcome.InvalidAnswer, $"{MaxStrayDatagrams} datagrams came that answer another query");
    }

    private static async ValueTask<ProbeResult> ReceiveStreamAsync(
        ProbeConnection connection, ProbeTarget target, DnsQuestionModel question, ushort id, ProbeTrace trace, Memory<byte> buffer)
    {
        int received = 0;
        int wanted = LengthOctets;
        while (received < wanted)
        {
            (int length, SocketError error) = await connection.ReceiveAsync(buffer[received..]);
            if (error != SocketError.Success)
            {
                return trace.Failed(error, target.ToString());
            }

            if (length == 0)
            {
                return trace.ClosedBy(target.ToString(), received == 0 ? "without an answer" : "in the middle of the answer");
            }

            if (received == 0)
            {
                trace.Enter(ProbePhase.Body);
            }

            received += length;
            if (received >= LengthOctets)
            {
                wanted = LengthOctets + BinaryPrimitives.ReadUInt16BigEndian(buffer.Span);
            }

            if (wanted > buffer.Length)
            {
                int most = buffer.Length - LengthOctets;
                return trace.End(ProbeOutcome.InvalidAnswer, $"the answer has {wanted - LengthOctets} octets; a health check takes {most}");
            }
        }

        ReadOnlySpan<byte> message = buffer.Span[LengthOctets..wanted];
        return message.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(message) == id
            ? DnsAnswerJudge.Judge(question, message, trace)
            : trace.End(ProbeOutcome.InvalidAnswer, "the answer carries the id of another query");
    }

    private static byte[] WriteQuery(DnsQuestionModel question, ushort id)
    {
        byte[] message = new QueryBuilder(question.Name.ToString(), question.Type)
        {
            Id = id,
            Flags = question.RecursionDesired ? MessageFlags.RecursionDesired : 0,
            UdpPayloadSize = UdpPayloadSize,
        }.Build();
        if (!question.OverTcp)
        {
            return message;
        }

        byte[] framed = new byte[LengthOctets + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, LengthOctets);
        return framed;
    }
}
