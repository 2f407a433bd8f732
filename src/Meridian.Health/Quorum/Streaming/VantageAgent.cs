using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Push;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>
/// A vantage point elsewhere: it learns from one server what to check, checks it with the same engine that servers have, and
/// votes. It goes on checking while it is not connected, and says at once what it knows when it is again.
/// </summary>
public sealed class VantageAgent : IVerdictSink, IDisposable
{
    private readonly AgentOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HealthEngine _engine;
    private readonly Outbox _outbox;
    private readonly VoteConnection _connection;

    /// <param name="options">Which server, and who this is.</param>
    /// <param name="probe">Makes the attempts; null for real ones.</param>
    /// <param name="time">Drives everything.</param>
    /// <param name="random">Spreads reconnections.</param>
    /// <param name="loggers">Makes the loggers.</param>
    public VantageAgent(AgentOptions options, IProbe? probe, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        (_options, _time) = (options, time);
        _logger = loggers.CreateLogger<VantageAgent>();
        IProbe real = probe ?? new ProbeByType(time, new SystemNameResolver(), new PushRegistry(time));
        _engine = new HealthEngine(this, real, options.Health, time, loggers.CreateLogger<HealthEngine>(), store: null);
        _outbox = new Outbox(_engine, time);
        _engine.Observe(_outbox.Add);
        _connection = new VoteConnection(options, _outbox, Follow, time, random, _logger);
    }

    /// <summary>Whether it is connected to its server now.</summary>
    public bool IsJoined => _connection.IsJoined;

    /// <summary>Checks and votes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] parts = [_engine.RunAsync(stopping.Token), _connection.RunAsync(stopping.Token)];
        Task ended = await Task.WhenAny(parts);
        await stopping.CancelAsync();
        await Task.WhenAll(parts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
    }

    /// <inheritdoc/>
    public void Publish(ReadOnlySpan<VerdictChange> changes)
    {
        foreach (VerdictChange change in changes)
        {
            _outbox.Add(change.Member);
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _engine.Dispose();
    }

    /// <summary>Follows an assignment: checks that stay the same go on undisturbed, also when their server has restarted.</summary>
    private void Follow(AssignmentMessage message)
    {
        ImmutableArray<MemberSlot>.Builder slots = ImmutableArray.CreateBuilder<MemberSlot>();
        foreach (CheckMessage check in message.Checks)
        {
            if (check.Monitor < 0 || check.Monitor >= message.Monitors.Length || VoteCodec.TargetOf(check) is not { } target)
            {
                continue;
            }

            MonitorModel monitor = message.Monitors[check.Monitor];
            if (monitor.Type == MonitorType.Script && !_options.AllowScripts)
            {
                _logger.ScriptsNotAllowed(monitor.Name);
                continue;
            }

            if (Slot(check.Id, target, monitor) is { } slot)
            {
                slots.Add(slot);
            }
        }

        ModelList<IPEndPoint> references = new([.. _options.References, .. References(message)]);
        _engine.Reconfigure(slots.ToImmutable(), breaker: null, new VantageModel { Name = _options.Name, References = references });
        _outbox.AddAll();
    }

    private static IEnumerable<IPEndPoint> References(AssignmentMessage message)
    {
        foreach (string text in message.References)
        {
            if (IPEndPoint.TryParse(text, out IPEndPoint? reference))
            {
                yield return reference;
            }
        }
    }

    // The engine knows members by pool and target: here the pool stands for the server's number of the check.
    private static MemberSlot? Slot(long id, ProbeTarget target, MonitorModel monitor)
    {
        DomainName? hostname = null;
        if (target.Hostname is { } text && DomainName.TryParse(text, DomainName.Root, out hostname) != DomainNameError.None)
        {
            return null;
        }

        MemberModel member = new() { Address = target.Address, Hostname = hostname, Port = target.Port == 0 ? null : target.Port };
        PoolModel pool = new() { Name = Outbox.PoolOf(id), Monitor = monitor.Name, Members = [member] };
        return new MemberSlot(new MemberKey(pool.Name, member.Target), pool, member, monitor);
    }
}
