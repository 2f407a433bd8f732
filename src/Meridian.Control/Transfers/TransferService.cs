using System.Threading.Channels;
using Meridian.Control.DynamicUpdate;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Transfers;

/// <summary>
/// Sends zones as a whole to holders of keys that may have them. A client is sent one message at a time: the next is made when it has
/// taken the one before, so a slow one costs a page of memory, and a stopped one what the transport's timeout allows.
/// </summary>
internal sealed class TransferService(DynamicUpdateMetrics metrics, TimeProvider time, ILogger logger)
{
    private readonly Channel<PendingTransfer> _pending = Channel.CreateBounded<PendingTransfer>(TransferLimits.MaxWaiting);

    /// <summary>Whether a query asks for a transfer.</summary>
    public static bool IsTransfer(in QueryView view) => view.Opcode == Opcode.Query && view.QType is RecordType.AXFR or RecordType.IXFR;

    /// <summary>Answers a signed request, or puts it with those that wait.</summary>
    /// <returns>Whether the message is kept for later.</returns>
    public bool Accept(IDeferredMessage message, in QueryView view, UpdateKey key, TsigSigner signer, DataPlaneSnapshot snapshot, long now)
    {
        if (DomainName.TryFromWire(view.QName, out DomainName? apex) != DomainNameError.None || apex is null)
        {
            return Refuse(message, in view, signer, now, Rcode.FormErr, null);
        }
        // Who may not have the zone is not told whether it is here.
        if (!key.Model.Transfer.Contains(apex))
        {
            return Refuse(message, in view, signer, now, Rcode.Refused, "the key's 'transfer' does not name this zone");
        }
        if (view.QClass != RecordClass.IN || ZoneTransfer.Of(snapshot, apex, message.Client.Address) is not { } transfer)
        {
            // RFC 5936 §2.2.1.
            return Refuse(message, in view, signer, now, Rcode.NotAuth, null);
        }
        Question question = new(view.QName.ToArray(), view.QType, view.QClass);
        MessageEdns? edns = view.Edns.IsPresent ? new MessageEdns() : null;
        if (message.Client.Transport != Transport.Tcp)
        {
            // RFC 5936 §4.2 knows no AXFR by UDP; RFC 1995 §2 tells an IXFR to come by TCP.
            if (view.QType == RecordType.AXFR)
            {
                return Refuse(message, in view, signer, now, Rcode.FormErr, "zones are transferred by TCP");
            }
            metrics.CountTransfer(Outcomes.Of(Rcode.NoError));
            message.TryReply(signer.Sign(transfer.SoaAlone(view.Id, question, edns), now));
            return false;
        }
        if (_pending.Writer.TryWrite(new PendingTransfer(message, transfer, view.Id, question, edns, signer, apex, key.Entry)))
        {
            return true;
        }
        return Refuse(message, in view, signer, now, Rcode.Refused, "too many transfers wait for their turn", Outcomes.QueueFull);
    }

    /// <summary>Makes transfers until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, TransferLimits.Concurrency).Select(_ => SendAllAsync(cancellationToken)));

    private bool Refuse(
        IDeferredMessage message, in QueryView view, TsigSigner signer, long now, Rcode rcode, string? words, string? outcome = null)
    {
        metrics.CountTransfer(outcome ?? Outcomes.Of(rcode));
        message.TryReply(signer.Sign(PlainAnswer.To(in view, rcode, words), now));
        return false;
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        await foreach (PendingTransfer pending in _pending.Reader.ReadAllAsync(cancellationToken))
        {
            using IDeferredMessage message = pending.Message;
            try
            {
                await SendAsync(pending, cancellationToken);
            }
#pragma warning disable CA1031 // The boundary of the loop: a bug in one transfer must not end the others.
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                logger.Fault(e);
            }
        }
    }

    private async Task SendAsync(PendingTransfer pending, CancellationToken cancellationToken)
    {
        int messages = 0;
        foreach (byte[] message in pending.Transfer.Messages(pending.Id, pending.Question, pending.Edns))
        {
            // RFC 8945 §5.3.1: every message is signed, each over the one before it, so that none can be left out.
            byte[] signed = pending.Signer.Sign(message, time.GetUtcNow().ToUnixTimeSeconds());
            if (!await pending.Message.ReplyAsync(signed).WaitAsync(cancellationToken))
            {
                metrics.CountTransfer(Outcomes.Gone);
                logger.TransferEnded(pending.Zone, pending.Key, messages);
                return;
            }
            messages++;
        }
        metrics.CountTransfer(Outcomes.Of(Rcode.NoError));
        logger.Transferred(pending.Zone, pending.Key, messages);
    }

    /// <summary>A transfer that may be made.</summary>
    private sealed record PendingTransfer(
        IDeferredMessage Message, ZoneTransfer Transfer, ushort Id, Question Question, MessageEdns? Edns, TsigSigner Signer, DomainName Zone, string Key);
}
