using Meridian.Control.Access;
using Meridian.Control.Changes;
using Meridian.Control.DynamicUpdate;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Meridian.Server.Deferral;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>
/// Brings signed messages from the transports to who answers them. Goes on until the transports have stopped, so that the last
/// updates are answered too.
/// </summary>
internal sealed class SignedMessages : IAsyncDisposable
{
    private readonly SignedMessageService _service;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];

    public SignedMessages(DataPlane dataPlane, AnswerLimits limits, IChangeService changes, UpdateSources updates, TimeProvider time, ILoggerFactory loggers)
    {
        _service = new SignedMessageService(dataPlane, limits, changes, updates, time, loggers.CreateLogger<SignedMessageService>());
        _running.Add(PumpAsync(_stopping.Token));
        _running.Add(_service.RunAsync(_stopping.Token));
    }

    /// <summary>For the transports.</summary>
    public DeferredQueue Queue { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (Task running in _running)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _service.Dispose();
        _stopping.Dispose();
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _service.Accept(new Handover(await Queue.ReadAsync(cancellationToken)));
        }
    }

    /// <summary>Control knows no transports.</summary>
    private sealed class Handover(DeferredRequest request) : IDeferredMessage
    {
        public ReadOnlyMemory<byte> Message => request.Message;

        public ClientInfo Client => request.Client;

        public bool TryReply(ReadOnlySpan<byte> message) => request.TryReply(message);

        public Task<bool> ReplyAsync(ReadOnlySpan<byte> message) => request.ReplyAsync(message);

        public void Dispose() => request.Dispose();
    }
}
