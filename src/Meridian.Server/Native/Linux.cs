namespace Meridian.Server.Native;

/// <summary>Constants of the Linux socket interface, from the asm-generic headers that x64 and arm64 share.</summary>
internal static class Linux
{
    public const int FamilyIPv4 = 2;
    public const int FamilyIPv6 = 10;

    public const int TypeStream = 1;
    public const int TypeDatagram = 2;
    public const int TypeNonBlocking = 0x800;
    public const int TypeCloseOnExec = 0x80000;

    public const int LevelSocket = 1;
    public const int ReuseAddress = 2;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int ReusePort = 15;
    public const int ReceiveTimeout = 20;
    public const int AttachFilter = 26;
    public const int SendBufferForce = 32;
    public const int ReceiveBufferForce = 33;
    public const int MemoryInfo = 55;

    public const int LevelIP = 0;
    public const int IPPacketInfo = 8;
    public const int IPMtuDiscover = 10;

    public const int LevelIPv6 = 41;
    public const int IPv6MtuDiscover = 23;
    public const int IPv6Only = 26;
    public const int IPv6ReceivePacketInfo = 49;
    public const int IPv6PacketInfo = 50;

    /// <summary>Neither set DF nor believe learnt path MTUs: forged ICMP cannot make us fragment.</summary>
    public const int MtuDiscoverOmit = 5;

    public const int LevelTcp = 6;
    public const int TcpNoDelay = 1;
    public const int TcpUnsentLowWater = 25;

    public const int MessageTruncated = 0x20;
    public const int MessageDontWait = 0x40;
    public const int MessageNoSignal = 0x4000;

    /// <summary>recvmmsg waits for the first message and takes what else is there (MSG_WAITFORONE).</summary>
    public const int MessageWaitForOne = 0x10000;

    /// <summary>PRIO_PROCESS, which means a thread on Linux.</summary>
    public const int PriorityOfThread = 0;

    public const int ProtectReadWrite = 3;
    public const int MapShared = 1;
    public const int MapPrivate = 2;
    public const int MapAnonymous = 0x20;
    public const int MapPopulate = 0x8000;

    /// <summary>The ioctl request FIONBIO.</summary>
    public const nuint SetNonBlocking = 0x5421;

    public const short PollIn = 1;
    public const short PollOut = 4;
}
