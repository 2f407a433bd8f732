using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Server.Native;

namespace Meridian.Server.Tcp;

/// <summary>What taking one connection came to.</summary>
internal enum AcceptStatus
{
    /// <summary>There is one.</summary>
    Accepted,

    /// <summary>None waits.</summary>
    Empty,

    /// <summary>Descriptors or memory are used up; the connection goes on waiting.</summary>
    Exhausted,

    /// <summary>The connection was gone before it was taken (accept(2)).</summary>
    Failed,
}

/// <summary>The listening sockets of one loop, and whether it takes connections from them at present.</summary>
/// <param name="sockets">Theirs alone: <see cref="Close"/> closes them.</param>
/// <param name="epoll">Tells when one has connections; the key of each is <paramref name="firstKey"/> and its place.</param>
/// <param name="firstKey">The key of the first.</param>
internal sealed class TcpListeners(ImmutableArray<NativeSocket> sockets, EpollSet epoll, ulong firstKey)
{
    public int Count => sockets.Length;

    /// <summary>Whether it pauses: connections wait in the backlog, and epoll does not tell of them.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Begins to look at them.</summary>
    public void Watch()
    {
        for (int index = 0; index < sockets.Length; index++)
        {
            epoll.TryAdd(sockets[index].Descriptor, EpollInterest.Read, firstKey + (ulong)index);
        }
    }

    /// <summary>Stops taking connections: without a pause epoll would report one that cannot be taken again at once.</summary>
    public void Pause() => SetPaused(true);

    /// <summary>Takes connections again.</summary>
    public void Resume() => SetPaused(false);

    public bool IsOpen(int index) => sockets[index].Descriptor >= 0;

    public void Close(int index) => sockets[index].Dispose();

    /// <summary>Takes a connection; whoever gets its descriptor closes it.</summary>
    public unsafe AcceptStatus TryAccept(int index, out int descriptor, out ClientAddress client, out ushort port)
    {
        byte* address = stackalloc byte[SocketAddresses.MaxLength];
        uint length = SocketAddresses.MaxLength;
        descriptor = Libc.Accept(sockets[index].Descriptor, address, &length, Linux.TypeNonBlocking | Linux.TypeCloseOnExec);
        if (descriptor >= 0)
        {
            client = SocketAddresses.Read(address, out port);
            return AcceptStatus.Accepted;
        }

        (client, port) = (default, 0);
        return Marshal.GetLastPInvokeError() switch
        {
            Errno.WouldBlock => AcceptStatus.Empty,
            Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBufferSpace or Errno.OutOfMemory => AcceptStatus.Exhausted,
            _ => AcceptStatus.Failed,
        };
    }

    private void SetPaused(bool isPaused)
    {
        IsPaused = isPaused;
        EpollInterest interest = isPaused ? EpollInterest.None : EpollInterest.Read;
        for (int index = 0; index < sockets.Length; index++)
        {
            epoll.TryModify(sockets[index].Descriptor, interest, firstKey + (ulong)index);
        }
    }
}
