using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Meridian.Dns.Messages;
using Meridian.Simulation.Population;

namespace Meridian.Host.Lab;

/// <summary>
/// A caching resolver of a few lines, in this process, for machines where Debian's are not installed: it keeps answers as a
/// <see cref="ResolverClass"/> says. What it shows is what we believe of resolvers, not what resolvers do.
/// </summary>
internal sealed class ModelResolver : ILabResolver
{
    // 100 ms to 5 s.
    private static readonly TimeSpan AuthorityTimeout = TimeSpan.FromSeconds(1);

    private readonly ResolverClass _behaviour;
    private readonly TimeProvider _time;
    private readonly Socket _clients;
    private readonly Socket _authority;
    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<string, Held> _cache = new(StringComparer.Ordinal);
    private readonly Task _serving;

    private ModelResolver(ResolverKind kind, ResolverSite site, TimeProvider time)
    {
        Kind = kind;
        _behaviour = kind.Behaviour(site.Ttl);
        _time = time;
        _clients = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _clients.Bind(new IPEndPoint(IPAddress.Loopback, site.Port));
        _authority = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _authority.Bind(new IPEndPoint(IPAddress.Parse(site.Source), 0));
        _authority.Connect(new IPEndPoint(IPAddress.Loopback, site.AuthorityPort));
        Address = (IPEndPoint)_clients.LocalEndPoint!; // Bound right above.
        _serving = ServeAsync(_ending.Token);
    }

    public ResolverKind Kind { get; }

    public IPEndPoint Address { get; }

    public bool IsRunning => !_serving.IsCompleted;

    public IReadOnlyList<string> LastLines => [];

    public static ModelResolver Start(ResolverKind kind, ResolverSite site, TimeProvider time) => new(kind, site, time);

    public Task<CacheContent?> InspectAsync(string name, CancellationToken cancellationToken) => Task.FromResult<CacheContent?>(null);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
#pragma warning disable VSTHRD003 // Started by the constructor of this very object, and there is no synchronisation context.
        await _serving;
#pragma warning restore VSTHRD003
        _clients.Dispose();
        _authority.Dispose();
        _ending.Dispose();
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        byte[] query = new byte[512];
        EndPoint anybody = new IPEndPoint(IPAddress.Any, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await _clients.ReceiveFromAsync(query, SocketFlags.None, anybody, cancellationToken);
                if (await AnswerAsync(query.AsMemory(0, received.ReceivedBytes), cancellationToken) is { } answer)
                {
                    await _clients.SendToAsync(answer, SocketFlags.None, received.RemoteEndPoint, cancellationToken);
                }
            }
            catch (SocketException)
            {
                // A client that went away, or the authority: both may come back.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<byte[]?> AnswerAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        if (Message.TryParse(query.Span, out Message? message) != MessageParseStatus.Ok || message is not { Questions: [{ } question, ..] })
        {
            return null;
        }
        string name = Convert.ToHexString(question.NameWire.Span);
        double now = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        Held? held = _cache.GetValueOrDefault(name);
        bool isFresh = held is not null && now < held.Until && !IsToBePrefetched(held, now);
        if (!isFresh)
        {
            byte[]? answer = await FetchAsync(query, cancellationToken);
            if (answer is not null && Message.TryParse(answer, out Message? got) == MessageParseStatus.Ok && got is { Answer.Length: > 0 })
            {
                double until = _behaviour.ExpiryOf(now, got.Answer.Min(record => record.TtlSeconds));
                _cache[name] = new Held(answer, now, until);
            }
            bool isStale = held is not null && _behaviour.Rule == CacheRule.ServeStale && now - held.Until <= _behaviour.Seconds;
            held = isStale ? held : null;
            if (held is null)
            {
                return answer;
            }
        }
        byte[] copy = [.. held!.Answer]; // Fresh or stale, but there.
        query.Span[..2].CopyTo(copy);
        return copy;
    }

    private bool IsToBePrefetched(Held held, double now) =>
        _behaviour.Rule == CacheRule.Prefetch && now > held.Until - (held.Until - held.At) / 10;

    private async Task<byte[]?> FetchAsync(ReadOnlyMemory<byte> query, CancellationToken cancellationToken)
    {
        byte[] answer = new byte[4096];
        using CancellationTokenSource deadline = new(AuthorityTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _authority.SendAsync(query, SocketFlags.None, either.Token);
            while (true)
            {
                int length = await _authority.ReceiveAsync(answer, SocketFlags.None, either.Token);
                if (length > 2 && BinaryPrimitives.ReadUInt16BigEndian(answer) == BinaryPrimitives.ReadUInt16BigEndian(query.Span))
                {
                    return answer[..length];
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed record Held(byte[] Answer, double At, double Until);
}
