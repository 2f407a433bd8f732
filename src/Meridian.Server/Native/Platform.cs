using System.Runtime.InteropServices;

namespace Meridian.Server.Native;

/// <summary>Where the native declarations of this folder hold.</summary>
internal static class Platform
{
    public static void ThrowUnlessSupported()
    {
        bool supported = OperatingSystem.IsLinux()
            && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;
        if (!supported)
        {
            throw new PlatformNotSupportedException(
                "Meridian's transports use Linux system calls (recvmmsg, epoll) and run on Linux x64 and arm64; this is "
                + $"{RuntimeInformation.OSDescription} on {RuntimeInformation.ProcessArchitecture}.");
        }
    }
}
