using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Meridian.Server.Native;
using Meridian.Server.Xdp;

namespace Meridian.Server.Tests.Xdp;

/// <summary>The program in the kernel itself, run on crafted frames (BPF_PROG_TEST_RUN).</summary>
public sealed class RedirectProgramTests : IDisposable
{
    private const int Pass = 2;
    private const int Redirect = 4;

    private readonly VethPair _pair = VethPair.Create();
    private readonly int _map = Bpf.CreateSocketMap(1);
    private readonly XdpSocket _socket;

    public RedirectProgramTests()
    {
        Assert.True(_map >= 0);
        // The helper redirects only to a socket that there is.
        _socket = _pair.OnServer(static () => XdpSocket.Open(
            Libc.InterfaceIndex(VethPair.ServerInterface), 0, XdpMemoryPlan.For(256, 1500), allowZeroCopy: false));
        Assert.Equal(0, Bpf.SetSocket(_map, 0, _socket.Descriptor));
    }

    public void Dispose()
    {
        _socket.Dispose();
        _ = Libc.Close(_map);
        _pair.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_QueryForUs_IsRedirected(bool isIPv4)
    {
        Assert.Equal(Redirect, Run(Load(), Frames.Query(isIPv4)));
        Assert.Equal(Redirect, Run(Load(), [.. Frames.Query(isIPv4), 0, 0, 0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_TaggedFrame_IsRedirectedOnlyForOurVlans(bool isIPv4)
    {
        Assert.Equal(Pass, Run(Load(), Frames.Query(isIPv4, vlan: 100)));
        Assert.Equal(Redirect, Run(Load(100, 200), Frames.Query(isIPv4, vlan: 100)));
        Assert.Equal(Redirect, Run(Load(100, 200), Frames.Query(isIPv4, vlan: 200)));
        Assert.Equal(Pass, Run(Load(100, 200), Frames.Query(isIPv4, vlan: 300)));
        Assert.Equal(Redirect, Run(Load(100, 200), Frames.Query(isIPv4)));
    }

    [Theory]
    [InlineData(true, 36, "14B5")] // another port
    [InlineData(true, 0, "020000000009")] // another host's hardware address
    [InlineData(true, 0, "FFFFFFFFFFFF")] // broadcast
    [InlineData(true, 30, "C0000236")] // another address
    [InlineData(true, 14, "46")] // options
    [InlineData(true, 20, "2000")] // first fragment
    [InlineData(true, 20, "0010")] // later fragment
    [InlineData(true, 23, "06")] // TCP
    [InlineData(true, 12, "0806")] // ARP
    [InlineData(false, 56, "14B5")] // another port
    [InlineData(false, 20, "2C")] // fragment header
    [InlineData(false, 20, "3A")] // ICMPv6
    [InlineData(false, 14, "45")] // version 4
    [InlineData(false, 53, "54")] // another address
    [InlineData(false, 38, "21")] // another address, far from its end
    public void Run_AnythingElse_Passes(bool isIPv4, int offset, string octets) =>
        Assert.Equal(Pass, Run(Load(), Frames.With(Frames.Query(isIPv4), offset, Convert.FromHexString(octets))));

    [Fact]
    public void Run_FragmentMayNotBeSplit_IsStillRedirected() =>
        Assert.Equal(Redirect, Run(Load(), Frames.With(Frames.Query(isIPv4: true), 20, 0x40, 0x00)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_CutFrames_Pass(bool isIPv4)
    {
        int program = Load();
        int headers = isIPv4 ? 42 : 62;
        // The kernel's test run takes nothing shorter than an Ethernet header.
        for (int length = 14; length < headers; length++)
        {
            Assert.Equal(Pass, Run(program, Frames.Query(isIPv4)[..length]));
        }
    }

    [Fact]
    public void Load_MostDestinationsAndVlans_AreAccepted()
    {
        IPEndPoint[] destinations =
        [
            .. Enumerable.Range(0, RedirectProgram.MaxDestinations / 2).SelectMany(static index => new IPEndPoint[]
            {
                new(new IPAddress([10, 0, (byte)(index >> 8), (byte)index]), Frames.Port),
                new(new IPAddress([0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(index >> 8), (byte)index]), Frames.Port),
            }),
        ];
        int program = Bpf.LoadProgram(RedirectProgram.Assemble(
            [.. destinations], [.. Enumerable.Range(1, XdpOptions.MaxVlans)], Frames.ServerHardware, _map));
        Assert.True(program >= 0, $"errno {Marshal.GetLastPInvokeError()}");
        foreach (IPEndPoint destination in new[] { destinations[0], destinations[1], destinations[^2], destinations[^1] })
        {
            bool isIPv4 = destination.AddressFamily == AddressFamily.InterNetwork;
            Assert.Equal(Redirect, Run(program, Frames.Query(isIPv4, destination: destination.Address)));
            Assert.Equal(Redirect, Run(program, Frames.Query(isIPv4, XdpOptions.MaxVlans, destination: destination.Address)));
        }

        Assert.Equal(Pass, Run(program, Frames.Query(isIPv4: true)));
        _ = Libc.Close(program);
    }

    [Fact]
    public void DestinationsOf_WildcardAndDuplicates_AreTheHostsAddressesOnce()
    {
        IPAddress[] host = [IPAddress.Loopback, IPAddress.Parse("10.0.0.1"), IPAddress.IPv6Loopback, IPAddress.Parse("fe80::1%3")];
        Assert.Equal(
            ["10.0.0.1:53", "127.0.0.1:54", "[fe80::1]:53"],
            XdpAttachment.DestinationsOf(
                [new(IPAddress.Any, 53), new(host[1], 53), new(IPAddress.Loopback, 54), new(IPAddress.IPv6Any, 53)], () => host)
                .Select(static endpoint => endpoint.ToString()).Order(StringComparer.Ordinal));
    }

    private static unsafe int Run(int program, byte[] frame)
    {
        const int CommandTestRun = 10;
        Assert.True(program >= 0, $"The program was not loaded: errno {Marshal.GetLastPInvokeError()}");
        byte[] output = new byte[4096];
        fixed (byte* input = frame)
        fixed (byte* copy = output)
        {
            // union bpf_attr: program, result, input octets, output octets, input, output, repetitions.
            uint* attributes = stackalloc uint[32];
            new Span<uint>(attributes, 32).Clear();
            attributes[0] = (uint)program;
            attributes[2] = (uint)frame.Length;
            attributes[3] = (uint)output.Length;
            *(void**)(attributes + 4) = input;
            *(void**)(attributes + 6) = copy;
            attributes[8] = 1;
            nint result = Libc.SystemCall(
                RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280, CommandTestRun, attributes, 128);
            Assert.True(result == 0, $"errno {Marshal.GetLastPInvokeError()}");
            Assert.Equal(frame, output[..frame.Length]);
            return (int)attributes[1];
        }
    }

    private int Load(params int[] vlans) => Bpf.LoadProgram(RedirectProgram.Assemble(
        [Frames.Server(AddressFamily.InterNetwork), Frames.Server(AddressFamily.InterNetworkV6)],
        [.. vlans],
        Frames.ServerHardware,
        _map));
}
