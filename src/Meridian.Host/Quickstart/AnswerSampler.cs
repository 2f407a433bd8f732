using System.Net;
using System.Net.Sockets;

namespace Meridian.Host.Quickstart;

/// <summary>Asks the server the plan's questions, one after the other, and keeps the shares of what comes back.</summary>
internal sealed class AnswerSampler : IDisposable
{
    // 10 ms to 10 s: loopback answers in microseconds, so a second without an answer is a lost one.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];
    private readonly Dictionary<string, AnswerShares> _shares = new(StringComparer.Ordinal);
    private readonly Random _random;
    private readonly TimeProvider _time;

    public AnswerSampler(IPEndPoint server, Random random, TimeProvider time)
    {
        _random = random;
        _time = time;
        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Connect(server);
    }

    /// <summary>Queries that were not answered in time.</summary>
    public long UnansweredCount { get; private set; }

    /// <summary>The shares of one question, by its label.</summary>
    public AnswerShares SharesOf(SamplePlan plan)
    {
        if (!_shares.TryGetValue(plan.Label, out AnswerShares? shares))
        {
            shares = new AnswerShares();
            _shares.Add(plan.Label, shares);
        }
        return shares;
    }

    /// <summary>Asks every question once.</summary>
    public async Task SampleAsync(CancellationToken cancellationToken)
    {
        foreach (SamplePlan plan in QuickstartPlan.Samples)
        {
            if (await AskAsync(plan, cancellationToken) is { } answer)
            {
                SharesOf(plan).Add(answer);
            }
            else
            {
                UnansweredCount++;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<IReadOnlyList<IPAddress>?> AskAsync(SamplePlan plan, CancellationToken cancellationToken)
    {
        var id = (ushort)_random.Next(ushort.MaxValue + 1);
        int length = SampleMessage.WriteQuery(_buffer, id, plan);
        using var deadline = new CancellationTokenSource(AnswerTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _socket.SendAsync(_buffer.AsMemory(0, length), SocketFlags.None, either.Token);
            while (true)
            {
                int received = await _socket.ReceiveAsync(_buffer, SocketFlags.None, either.Token);
                // A late answer to an earlier question carries another id: pass it over.
                if (received >= 2 && _buffer[0] == id >> 8 && _buffer[1] == (id & 0xFF))
                {
                    return SampleMessage.ReadAddresses(_buffer.AsSpan(0, received), id);
                }
            }
        }
        catch (SocketException)
        {
            // ECONNREFUSED: nobody listens there, just now.
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
