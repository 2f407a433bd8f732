using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Meridian.Server.Native;

/// <summary>
/// The bpf system call, as much of it as AF_XDP needs. Results are descriptors; a negative one is a failure and
/// <see cref="Marshal.GetLastPInvokeError"/> is errno.
/// </summary>
internal static unsafe class Bpf
{
    private const int CommandMapCreate = 0;
    private const int CommandMapUpdate = 2;
    private const int CommandProgramLoad = 5;
    private const int CommandLinkCreate = 28;

    private const uint MapTypeXdpSockets = 17;
    private const uint ProgramTypeXdp = 6;
    private const uint AttachTypeXdp = 37;

    // Enough for what the verifier says about a program of this size.
    private const int LogOctets = 64 << 10;

    // union bpf_attr is shorter than this on every kernel; what is behind what we set must be zero.
    private const int AttributeOctets = 128;

    /// <summary>A map from queue numbers to AF_XDP sockets.</summary>
    public static int CreateSocketMap(int queues)
    {
        Attributes attributes = default;
        attributes.Words[0] = MapTypeXdpSockets;
        attributes.Words[1] = sizeof(uint);
        attributes.Words[2] = sizeof(uint);
        attributes.Words[3] = (uint)queues;
        return Call(CommandMapCreate, &attributes);
    }

    /// <summary>Puts a socket into the map. 0, or negative.</summary>
    public static int SetSocket(int map, int queue, int socket)
    {
        Attributes attributes = default;
        attributes.Words[0] = (uint)map;
        *(void**)(attributes.Words + 2) = &queue;
        *(void**)(attributes.Words + 4) = &socket;
        return Call(CommandMapUpdate, &attributes);
    }

    /// <summary>Has the kernel verify and compile a program.</summary>
    public static int LoadProgram(ImmutableArray<ulong> instructions) => LoadProgram(instructions, []);

    /// <summary>
    /// Loads a program that failed once more, and tells what the verifier has against it. Not done at first, because a
    /// log that does not fit would itself be a failure.
    /// </summary>
    public static string ExplainProgram(ImmutableArray<ulong> instructions)
    {
        byte[] log = new byte[LogOctets];
        int descriptor = LoadProgram(instructions, log);
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }

        return Encoding.UTF8.GetString(log).TrimEnd('\0').TrimEnd();
    }

    /// <summary>
    /// Attaches a program to an interface for as long as the descriptor is open: the kernel takes it off when the
    /// process ends, however it ends.
    /// </summary>
    /// <param name="program">Its descriptor.</param>
    /// <param name="interfaceIndex">Of the interface.</param>
    /// <param name="native">In the driver, else generic.</param>
    public static int AttachToInterface(int program, uint interfaceIndex, bool native)
    {
        const uint GenericMode = 1 << 1;
        const uint DriverMode = 1 << 2;
        Attributes attributes = default;
        attributes.Words[0] = (uint)program;
        attributes.Words[1] = interfaceIndex;
        attributes.Words[2] = AttachTypeXdp;
        attributes.Words[3] = native ? DriverMode : GenericMode;
        return Call(CommandLinkCreate, &attributes);
    }

    private static int LoadProgram(ImmutableArray<ulong> instructions, byte[] log)
    {
        fixed (ulong* program = instructions.AsSpan())
        fixed (byte* logStart = log)
        fixed (byte* license = "GPL\0"u8)
        fixed (byte* name = "meridian_dns\0"u8)
        {
            Attributes attributes = default;
            attributes.Words[0] = ProgramTypeXdp;
            attributes.Words[1] = (uint)instructions.Length;
            *(void**)(attributes.Words + 2) = program;
            *(void**)(attributes.Words + 4) = license;
            attributes.Words[6] = log.Length > 0 ? 1u : 0;
            attributes.Words[7] = (uint)log.Length;
            *(void**)(attributes.Words + 8) = logStart;
            // prog_name: what `ip link` and `bpftool` show.
            Unsafe.CopyBlock(attributes.Words + 12, name, 13);
            return Call(CommandProgramLoad, &attributes);
        }
    }

    private static int Call(int command, Attributes* attributes)
    {
        Debug.Assert(sizeof(Attributes) == AttributeOctets);
        int number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;
        return (int)Libc.SystemCall(number, command, attributes, AttributeOctets);
    }

    /// <summary>union bpf_attr, by its 32-bit words.</summary>
    private struct Attributes
    {
        public fixed uint Words[AttributeOctets / sizeof(uint)];
    }
}
