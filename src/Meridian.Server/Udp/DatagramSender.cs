using Meridian.Server.Metrics;
using Meridian.Server.Native;

namespace Meridian.Server.Udp;

/// <summary>Gives the answers of a batch to the kernel, and counts those that it does not take.</summary>
internal sealed unsafe class DatagramSender(DatagramBatch batch, TrafficCounters counters)
{
    // The send buffer empties at line rate; 5 ms without any room means that the interface is stuck.
    private const int SendWaitMs = 5;

    /// <summary>Sends the first so many messages of the batch.</summary>
    public void Send(UdpSocket socket, int count)
    {
        bool waited = false;
        int next = 0;
        while (next < count)
        {
            int sent = Libc.SendMessages(
                socket.Descriptor,
                batch.Messages + next,
                (uint)(count - next),
                Linux.MessageNoSignal | Linux.MessageDontWait);
            if (sent > 0)
            {
                next += sent;
                continue;
            }

            int error = UdpSocket.LastError;
            if (error == Errno.Interrupted)
            {
                continue;
            }

            counters.CountSendError();
            bool full = error is Errno.WouldBlock or Errno.NoBufferSpace or Errno.OutOfMemory;
            if (full && waited)
            {
                // Nobody gains from an answer that waits behind a stuck interface: the client asks again.
                counters.CountDrop(ServerDrop.SendFailed, count - next);
                return;
            }

            if (full)
            {
                WaitWritable(socket);
                waited = true;
            }
            else
            {
                // The error belongs to the first datagram (no route, refused by a firewall rule): pass over it.
                counters.CountDrop(ServerDrop.SendFailed);
                next++;
            }
        }
    }

    private static void WaitWritable(UdpSocket socket)
    {
        PollEntry entry = new() { Descriptor = socket.Descriptor, Events = Linux.PollOut };
        _ = Libc.Poll(&entry, 1, SendWaitMs);
    }
}
