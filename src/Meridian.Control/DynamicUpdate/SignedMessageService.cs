using System.Buffers.Binary;
using System.Threading.Channels;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Transfers;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Tsig;
using Meridian.Dns.Updates;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.DynamicUpdate;

/// <summary>
/// Answers signed messages: checks their signature, answers queries through the one seam, and hands updates and transfers on. Nothing waits for
/// anything in <see cref="Accept"/>, so that forged messages are refused while updates wait for the disk.
/// </summary>
public sealed class SignedMessageService : IDisposable
{
    private readonly DataPlane _dataPlane;
    private readonly QueryAnswerer _answerer;
    private readonly int _udpPayloadSize;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly UpdateExecutor _executor;
    private readonly DynamicUpdateMetrics _metrics;
    private readonly AnsweredUpdates _answered;
    private readonly UpdateRate _rate;
    private readonly TransferService _transfers;
    private readonly Channel<PendingUpdate> _pending = Channel.CreateBounded<PendingUpdate>(DynamicUpdateLimits.MaxWaiting);
    private readonly byte[] _response = new byte[ushort.MaxValue];
    private UpdateKeyring? _keyring;

    /// <param name="dataPlane">Has the keys.</param>
    /// <param name="limits">As the transports' answerers have them; this one is its own.</param>
    /// <param name="changes">Where updates go.</param>
    /// <param name="sources">Is told where updates came from.</param>
    /// <param name="time">Signatures are of now.</param>
    /// <param name="logger">What became of updates.</param>
    public SignedMessageService(
        DataPlane dataPlane, AnswerLimits limits, IChangeService changes, UpdateSources sources, TimeProvider time, ILogger<SignedMessageService> logger)
    {
        _dataPlane = dataPlane;
        _answerer = new QueryAnswerer(dataPlane, limits);
        _udpPayloadSize = limits.UdpPayloadSize;
        _time = time;
        _logger = logger;
        _answered = new AnsweredUpdates(time);
        _rate = new UpdateRate(time);
        _metrics = new DynamicUpdateMetrics(() => _pending.Reader.Count);
        _executor = new UpdateExecutor(changes, dataPlane, sources, time, _metrics);
        _transfers = new TransferService(_metrics, time, logger);
    }

    /// <summary>Answers a message, or puts it with those that wait. Disposes of it either way. For one thread.</summary>
    public void Accept(IDeferredMessage message)
    {
        bool isKept = false;
        try
        {
            isKept = Handle(message);
        }
#pragma warning disable CA1031 // The boundary of the loop: a bug in one message must not end the service of the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.Fault(e);
        }
        finally
        {
            if (!isKept)
            {
                message.Dispose();
            }
        }
    }

    /// <summary>Makes updates and transfers until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        [.. Enumerable.Range(0, DynamicUpdateLimits.Concurrency).Select(_ => ExecuteAllAsync(cancellationToken)), _transfers.RunAsync(cancellationToken)]);

    public void Dispose()
    {
        _executor.Dispose();
        _metrics.Dispose();
    }

    /// <returns>Whether the message is kept for later.</returns>
    private bool Handle(IDeferredMessage message)
    {
        ReadOnlySpan<byte> wire = message.Message.Span;
        if (QueryView.TryParse(wire, out QueryView view) != QueryParseStatus.Ok || _dataPlane.Snapshot is not { } snapshot)
        {
            // The seam has read it before, and keys come with a snapshot.
            return false;
        }
        UpdateKeyring keyring = KeyringOf(snapshot);
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        TsigCheck check = TsigCheck.Verify(wire, view.TsigOffset, name => keyring.Find(name)?.Tsig, now);
        bool isUpdate = view.Opcode == Opcode.Update;
        if (check is not { Status: TsigStatus.Ok, Record: { } record, Key: { } tsig } || keyring.Find(tsig.Name) is not { } key)
        {
            _metrics.Count(isUpdate, Outcomes.Of(check.Status));
            message.TryReply(Reject(in view, check, now));
            return false;
        }
        TsigSigner signer = new(tsig, record.Mac);
        if (TransferService.IsTransfer(in view))
        {
            return _transfers.Accept(message, in view, key, signer, snapshot, now);
        }
        if (!isUpdate)
        {
            message.TryReply(AnswerQuery(in view, message.Client, tsig, signer, now));
            return false;
        }
        return Enqueue(message, in view, key, record, signer, now);
    }

    /// <summary>RFC 8945 §5.2 and §5.3.2: who could not prove the key gets no signature, who could gets one.</summary>
    private static byte[] Reject(in QueryView view, TsigCheck check, long now)
    {
        if (check.Record is not { } record)
        {
            return PlainAnswer.To(in view, Rcode.FormErr);
        }
        byte[] answer = PlainAnswer.To(in view, Rcode.NotAuth);
        return check switch
        {
            { Status: TsigStatus.BadTime, Key: { } key } => new TsigSigner(key, record.Mac)
                .Sign(answer, record.TimeSigned, TsigError.BadTime, TsigSigner.ServerTime(now), record.FudgeSeconds),
            { Status: TsigStatus.BadTrunc, Key: { } key } => new TsigSigner(key, record.Mac).Sign(answer, now, TsigError.BadTrunc),
            _ => TsigSigner.AppendUnsigned(answer, record, check.Error),
        };
    }

    /// <summary>Answers a query as though it had come without its signature, and signs that.</summary>
    private byte[] AnswerQuery(in QueryView view, in ClientInfo client, TsigKey key, TsigSigner signer, long now)
    {
        byte[] query = view.Message[..view.TsigOffset].ToArray();
        Span<byte> additionalCount = query.AsSpan(10);
        BinaryPrimitives.WriteUInt16BigEndian(additionalCount, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(additionalCount) - 1));
        // The signature comes on top of what the client can take.
        int asked = view.Edns.IsPresent ? view.Edns.UdpPayloadSize : 0;
        int room = client.Transport == Transport.Tcp ? _response.Length : Math.Clamp(asked, 512, _udpPayloadSize);
        Span<byte> response = _response.AsSpan(0, room - TsigSigner.SignatureLength(key));
        // As with a connection, nobody can have forged the sender: neither budgets nor cookies are asked for.
        AnswerResult result = _answerer.Answer(query, client with { Transport = Transport.Tcp }, response);
        _metrics.Count(isUpdate: false, Outcomes.Of(result.Rcode));
        ReadOnlySpan<byte> answer = result.Disposition == AnswerDisposition.Respond ? response[..result.Length] : PlainAnswer.To(in view, Rcode.ServFail);
        return signer.Sign(answer, now);
    }

    private bool Enqueue(IDeferredMessage message, in QueryView view, UpdateKey key, TsigRecord record, TsigSigner signer, long now)
    {
        string signature = $"{key.Tsig.Name}{Convert.ToHexString(record.Mac.Span)}";
        if (!_rate.TryTake(key.Tsig.Name, key.Model.PerSecond))
        {
            _metrics.Count(isUpdate: true, Outcomes.RateLimited);
            string words = $"this key may send {key.Model.PerSecond} updates a second";
            message.TryReply(signer.Sign(PlainAnswer.To(in view, Rcode.Refused, words), now));
            return false;
        }
        if (!_answered.TryBegin(signature, out byte[]? before))
        {
            // A repetition: it is answered as before, or by the answer to the first, which is on its way.
            _metrics.Count(isUpdate: true, Outcomes.Repeated);
            if (before is not null)
            {
                message.TryReply(AnsweredUpdates.Readdress(before, view.Message));
            }
            return false;
        }
        if (_pending.Writer.TryWrite(new PendingUpdate(message, key, signer, signature)))
        {
            return true;
        }
        _metrics.Count(isUpdate: true, Outcomes.QueueFull);
        byte[] answer = signer.Sign(PlainAnswer.To(in view, Rcode.ServFail, "too many updates wait for their turn"), now);
        _answered.Complete(signature, answer);
        message.TryReply(answer);
        return false;
    }

    private UpdateKeyring KeyringOf(DataPlaneSnapshot snapshot)
    {
        if (_keyring is not { } keyring || !ReferenceEquals(keyring.Models, snapshot.Model.UpdateKeys))
        {
            _keyring = keyring = new UpdateKeyring(snapshot.Model.UpdateKeys);
        }
        return keyring;
    }

    private async Task ExecuteAllAsync(CancellationToken cancellationToken)
    {
        await foreach (PendingUpdate pending in _pending.Reader.ReadAllAsync(cancellationToken))
        {
            using IDeferredMessage message = pending.Message;
            try
            {
                UpdateVerdict verdict = await ExecuteAsync(pending, cancellationToken);
                _metrics.Count(isUpdate: true, Outcomes.Of(verdict.Rcode));
                byte[] answer = Answer(pending, verdict);
                _answered.Complete(pending.Signature, answer);
                message.TryReply(answer);
            }
#pragma warning disable CA1031 // The boundary of the loop: a bug in one update must not end the others.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                // Nothing is known of the change; the client asks again, and the log knows the signature.
                _answered.Forget(pending.Signature);
                _logger.Fault(e);
            }
        }
    }

    private async Task<UpdateVerdict> ExecuteAsync(PendingUpdate pending, CancellationToken cancellationToken)
    {
        if (Message.TryParse(pending.Message.Message.Span, out Message? message) != MessageParseStatus.Ok || message is null)
        {
            return new UpdateVerdict(Rcode.FormErr);
        }
        Rcode rcode = UpdateMessage.TryRead(message, out UpdateMessage? update);
        if (update is null)
        {
            return new UpdateVerdict(rcode);
        }
        try
        {
            UpdateVerdict verdict = await _executor.ExecuteAsync(update, pending.Message.Client.Address, pending.Key, pending.Signature, cancellationToken);
            if (verdict.Words is { } words)
            {
                _logger.NotUpdated(update.Zone, pending.Key.Entry, verdict.Rcode.ToString(), words);
            }
            return verdict;
        }
        catch (ChangeLogException e)
        {
            _logger.StoreFailed(e.Message);
            return new UpdateVerdict(Rcode.ServFail, "the change log cannot be read");
        }
    }

    private byte[] Answer(PendingUpdate pending, UpdateVerdict verdict)
    {
        // It was parsed when it was put here.
        QueryView.TryParse(pending.Message.Message.Span, out QueryView view);
        return pending.Signer.Sign(PlainAnswer.To(in view, verdict.Rcode, verdict.Words), _time.GetUtcNow().ToUnixTimeSeconds());
    }

    /// <summary>An update whose signature is right.</summary>
    private sealed record PendingUpdate(IDeferredMessage Message, UpdateKey Key, TsigSigner Signer, string Signature);
}
