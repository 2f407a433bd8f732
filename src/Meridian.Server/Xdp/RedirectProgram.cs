using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Server.Xdp;

/// <summary>
/// The program that the kernel runs for each frame: it hands to our sockets what is certainly a whole UDP datagram to an
/// address and port that we listen on, and lets everything else pass on as though it were not there.
/// </summary>
internal static class RedirectProgram
{
    /// <summary>
    /// Most addresses: the program compares one after the other, and 256 comparisons take a fraction of a microsecond.
    /// </summary>
    public const int MaxDestinations = 256;

    /// <summary>struct xdp_md: where the fields that are read are.</summary>
    private const int ContextData = 0;
    private const int ContextDataEnd = 4;
    private const int ContextReceiveQueue = 16;

    private const int ActionPass = 2;
    private const int HelperRedirectMap = 51;

    // Registers with one meaning throughout. The frame's start moves by the length of a VLAN tag, so that offsets behind
    // the tag are those without it.
    private const BpfRegister Context = BpfRegister.R6;
    private const BpfRegister Frame = BpfRegister.R7;
    private const BpfRegister FrameEnd = BpfRegister.R3;
    private const BpfRegister Field = BpfRegister.R5;
    private const BpfRegister Limit = BpfRegister.R4;

    /// <summary>Assembles it.</summary>
    /// <param name="destinations">Addresses (no wildcards) and ports, at most <see cref="MaxDestinations"/>.</param>
    /// <param name="vlans">VLANs whose tagged frames are ours as well.</param>
    /// <param name="hardwareAddress">Of the interface: what is sent to others is not for us, whatever its address.</param>
    /// <param name="mapDescriptor">The map from queue numbers to sockets.</param>
    public static ImmutableArray<ulong> Assemble(
        ImmutableArray<IPEndPoint> destinations,
        ImmutableArray<int> vlans,
        ReadOnlySpan<byte> hardwareAddress,
        int mapDescriptor)
    {
        BpfAssembler code = new();
        BpfLabel pass = code.NewLabel();
        BpfLabel redirect = code.NewLabel();
        BpfLabel ipv6 = code.NewLabel();
        BpfLabel network = code.NewLabel();

        code.Move(Context, BpfRegister.R1);
        code.Load32(Frame, Context, ContextData);
        code.Load32(FrameEnd, Context, ContextDataEnd);
        RequireLength(code, FrameHeaders.EthernetLength + FrameHeaders.IPv4Length + FrameHeaders.UdpLength, pass);
        code.Load32(Field, Frame, 0);
        code.JumpIfNotEqual(Field, BitConverter.ToUInt32(hardwareAddress), pass);
        code.Load16(Field, Frame, 4);
        code.JumpIfNotEqual(Field, BitConverter.ToUInt16(hardwareAddress[4..]), pass);

        code.Load16(Field, Frame, FrameHeaders.EtherTypeOffset);
        if (!vlans.IsEmpty)
        {
            EnterVlan(code, vlans, network, pass);
        }

        code.Place(network);
        code.JumpIfEqual(Field, NetworkOrder(FrameHeaders.EtherTypeIPv6), ipv6);
        code.JumpIfNotEqual(Field, NetworkOrder(FrameHeaders.EtherTypeIPv4), pass);
        MatchIPv4(code, destinations, redirect, pass);
        code.Place(ipv6);
        MatchIPv6(code, destinations, redirect, pass);

        code.Place(redirect);
        code.LoadMap(BpfRegister.R1, mapDescriptor);
        code.Load32(BpfRegister.R2, Context, ContextReceiveQueue);
        // What to do for a queue that no socket serves.
        code.Set(BpfRegister.R3, ActionPass);
        code.Call(HelperRedirectMap);
        code.Exit();
        code.Place(pass);
        code.Set(BpfRegister.R0, ActionPass);
        code.Exit();
        return code.Assemble();
    }

    /// <summary>Steps over a tag of one of our VLANs. A second tag behind it is no EtherType of ours, and passes.</summary>
    private static void EnterVlan(BpfAssembler code, ImmutableArray<int> vlans, BpfLabel network, BpfLabel pass)
    {
        BpfLabel ours = code.NewLabel();
        code.JumpIfNotEqual(Field, NetworkOrder(FrameHeaders.EtherTypeVlan), network);
        code.Load16(Field, Frame, FrameHeaders.EthernetLength);
        code.And(Field, (int)NetworkOrder(FrameHeaders.VlanNumberMask));
        foreach (int vlan in vlans)
        {
            code.JumpIfEqual(Field, NetworkOrder((ushort)vlan), ours);
        }

        code.Jump(pass);
        code.Place(ours);
        code.Add(Frame, FrameHeaders.VlanTagLength);
        RequireLength(code, FrameHeaders.EthernetLength + FrameHeaders.IPv4Length + FrameHeaders.UdpLength, pass);
        code.Load16(Field, Frame, FrameHeaders.EtherTypeOffset);
    }

    private static void MatchIPv4(
        BpfAssembler code, ImmutableArray<IPEndPoint> destinations, BpfLabel redirect, BpfLabel pass)
    {
        const int Start = FrameHeaders.EthernetLength;
        const BpfRegister Address = BpfRegister.R8;
        // Version 4 and five words of header: what has options is left to the kernel.
        code.Load8(Field, Frame, Start);
        code.JumpIfNotEqual(Field, FrameHeaders.IPv4VersionAndLength, pass);
        code.Load8(Field, Frame, Start + FrameHeaders.IPv4ProtocolOffset);
        code.JumpIfNotEqual(Field, FrameHeaders.ProtocolUdp, pass);
        // RFC 791 §3.1: more fragments to come, or not the first: the kernel puts them together.
        code.Load16(Field, Frame, Start + FrameHeaders.IPv4FragmentOffset);
        code.And(Field, (int)NetworkOrder(FrameHeaders.IPv4FragmentMask));
        code.JumpIfNotEqual(Field, 0, pass);
        RequireQuery(code, Start + FrameHeaders.IPv4Length + FrameHeaders.UdpLength, pass);
        code.Load32(Address, Frame, Start + FrameHeaders.IPv4DestinationOffset);
        code.Load16(Field, Frame, Start + FrameHeaders.IPv4Length + FrameHeaders.UdpDestinationOffset);
        foreach (IPEndPoint destination in destinations.Where(static d => d.AddressFamily == AddressFamily.InterNetwork))
        {
            BpfLabel next = code.NewLabel();
            code.JumpIfNotEqual(Address, BitConverter.ToUInt32(destination.Address.GetAddressBytes()), next);
            code.JumpIfEqual(Field, NetworkOrder((ushort)destination.Port), redirect);
            code.Place(next);
        }

        code.Jump(pass);
    }

    private static void MatchIPv6(
        BpfAssembler code, ImmutableArray<IPEndPoint> destinations, BpfLabel redirect, BpfLabel pass)
    {
        const int Start = FrameHeaders.EthernetLength;
        ReadOnlySpan<BpfRegister> address = [BpfRegister.R0, BpfRegister.R2, BpfRegister.R8, BpfRegister.R9];
        RequireLength(code, Start + FrameHeaders.IPv6Length + FrameHeaders.UdpLength, pass);
        code.Load8(Field, Frame, Start);
        code.And(Field, 0xF0);
        code.JumpIfNotEqual(Field, FrameHeaders.IPv6Version, pass);
        // Any extension header, a fragment's among them (RFC 8200 §4.5), stands where UDP would be.
        code.Load8(Field, Frame, Start + FrameHeaders.IPv6NextHeaderOffset);
        code.JumpIfNotEqual(Field, FrameHeaders.ProtocolUdp, pass);
        RequireQuery(code, Start + FrameHeaders.IPv6Length + FrameHeaders.UdpLength, pass);
        code.Load16(Field, Frame, Start + FrameHeaders.IPv6Length + FrameHeaders.UdpDestinationOffset);
        for (int word = 0; word < address.Length; word++)
        {
            code.Load32(address[word], Frame, Start + FrameHeaders.IPv6DestinationOffset + (word * sizeof(uint)));
        }

        foreach (IPEndPoint destination in destinations.Where(static d => d.AddressFamily == AddressFamily.InterNetworkV6))
        {
            BpfLabel next = code.NewLabel();
            ReadOnlySpan<byte> octets = destination.Address.GetAddressBytes();
            // The last word first: it is where addresses of one host differ.
            for (int word = address.Length - 1; word >= 0; word--)
            {
                code.JumpIfNotEqual(address[word], BitConverter.ToUInt32(octets[(word * sizeof(uint))..]), next);
            }

            code.JumpIfEqual(Field, NetworkOrder((ushort)destination.Port), redirect);
            code.Place(next);
        }

        code.Jump(pass);
    }

    /// <summary>
    /// Updates and notifies are answered later, by way of a socket: they had better come by one. What is too short for an
    /// opcode goes the same way.
    /// </summary>
    private static void RequireQuery(BpfAssembler code, int payload, BpfLabel pass)
    {
        const int OpcodeMask = 0x78;
        const int OpcodeOffset = 2;
        RequireLength(code, payload + OpcodeOffset + 1, pass);
        code.Load8(Field, Frame, payload + OpcodeOffset);
        code.And(Field, OpcodeMask);
        code.JumpIfNotEqual(Field, (uint)Dns.Opcode.Query, pass);
    }

    private static void RequireLength(BpfAssembler code, int octets, BpfLabel pass)
    {
        code.Move(Limit, Frame);
        code.Add(Limit, octets);
        code.JumpIfGreater(Limit, FrameEnd, pass);
    }

    // x64 and arm64 are little-endian: what a 16-bit load of a network-order field gives.
    private static uint NetworkOrder(ushort value) => BinaryPrimitives.ReverseEndianness(value);
}
