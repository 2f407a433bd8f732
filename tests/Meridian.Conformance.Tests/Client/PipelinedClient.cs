using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Conformance.Tests.Client;

/// <summary>
/// Asks many questions over one UDP socket, a window of them at a time; answers are told apart by their id. What is not answered
/// is asked again a few times, so that a datagram lost on the way does not look like a server that is silent.
/// </summary>
internal sealed class PipelinedClient : IDisposable
{
    private const int Window = 64;
    private const int Attempts = 4;
    private const int ReceiveBufferLength = 4 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
    {
        ReceiveBufferSize = ReceiveBufferLength,
    };

    private readonly byte[] _buffer = new byte[ushort.MaxValue];

    public PipelinedClient(IPEndPoint server) => _socket.Connect(server);

    public void Dispose() => _socket.Dispose();

    /// <summary>Asks all of them; the answers are in the order of the questions, null where none came.</summary>
    /// <param name="queries">Each has its index in the list as its id.</param>
    public byte[]?[] Ask(IReadOnlyList<ReadOnlyMemory<byte>> queries)
    {
        byte[]?[] answers = new byte[]?[queries.Count];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int[] open = [.. Enumerable.Range(0, queries.Count).Where(index => answers[index] is null)];
            AskOpen(queries, open, answers);
        }
        return answers;
    }

    private void AskOpen(IReadOnlyList<ReadOnlyMemory<byte>> queries, int[] open, byte[]?[] answers)
    {
        int sent = 0;
        int received = 0;
        long last = Stopwatch.GetTimestamp();
        while (received < open.Length)
        {
            while (sent < open.Length && sent - received < Window)
            {
                _socket.Send(queries[open[sent++]].Span);
            }
            if (!_socket.Poll(Patience, SelectMode.SelectRead))
            {
                if (sent == open.Length || Stopwatch.GetElapsedTime(last) > Patience)
                {
                    // The rest of the window is lost; the next attempt asks for it again.
                    received = sent;
                }
                continue;
            }
            int length = _socket.Receive(_buffer);
            last = Stopwatch.GetTimestamp();
            int id = _buffer[0] << 8 | _buffer[1];
            if (length > 2 && id < answers.Length && answers[id] is null)
            {
                answers[id] = _buffer[..length];
                received++;
            }
        }
    }
}
