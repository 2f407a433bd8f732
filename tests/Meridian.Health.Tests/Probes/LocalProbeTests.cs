using System.Buffers.Binary;
using System.Diagnostics;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Icmp;
using Meridian.Health.Probes.Script;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Probes;

/// <summary>Probes by the means of this machine: commands and echo requests.</summary>
public sealed class LocalProbeTests
{
    [Theory]
    [InlineData("exit 0", ProbeOutcome.Success, "exit code 0")]
    [InlineData("echo disk full; exit 3", ProbeOutcome.CommandFailed, "exit code 3 of /bin/sh, which said \"disk full\"; expected 0")]
    [InlineData("echo broken >&2; exit 1", ProbeOutcome.CommandFailed, "exit code 1 of /bin/sh, which said \"broken\"; expected 0")]
    public async Task Probe_Script_IsJudgedByItsExitCode(string script, ProbeOutcome outcome, string reason)
    {
        ProbeResult result = await RunAsync(new ScriptModel { Command = ["/bin/sh", "-c", script] });

        Assert.Equal((outcome, reason), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_Script_SeesTheMemberAndOnlyItsOwnArguments()
    {
        ScriptModel script = new()
        {
            Command = ["/bin/sh", "-c", "echo \"$1|$2|$MERIDIAN_ADDRESS|$MERIDIAN_PORT\"", "sh", "{address};id", "{port}"],
            ExpectedOutput = "192.0.2.7;id|8080|192.0.2.7|8080",
        };

        ProbeResult result = await RunAsync(script);
        ProbeResult other = await RunAsync(script with { ExpectedOutput = "else" });

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
        Assert.Equal(ProbeOutcome.UnexpectedAnswer, other.Outcome);
    }

    [Fact]
    public async Task Probe_ScriptRunsTooLong_IsKilledWithItsChildren()
    {
        string marker = $"{Random.Shared.Next(100_000, 999_999)}.5";
        ScriptModel script = new() { Command = ["/bin/sh", "-c", $"sleep {marker} & sleep {marker}"] };

        ProbeResult result = await RunAsync(script, TimeSpan.FromMilliseconds(300));

        Assert.Equal(ProbeOutcome.TimedOut, result.Outcome);
        bool isGone = SpinWait.SpinUntil(() => !IsRunning(marker), TimeSpan.FromSeconds(10));
        Assert.True(isGone, "a child of the command outlived it");
    }

    [Fact]
    public async Task Probe_ScriptThatTalksALot_IsReadToItsEnd()
    {
        ScriptModel script = new() { Command = ["/bin/sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero >&2"] };

        ProbeResult result = await RunAsync(script);

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
    }

    [Fact]
    public async Task Probe_ScriptCannotBeStarted_IsNotHeldAgainstTheMember()
    {
        ProbeResult result = await RunAsync(new ScriptModel { Command = ["/nowhere/check"] });

        Assert.Equal(ProbeOutcome.NotMade, result.Outcome);
        Assert.StartsWith("not tried: /nowhere/check cannot be started: ", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.45.6.7")]
    public async Task Probe_Echo_IsAnsweredByLoopbackOrNotPermitted(string address)
    {
        ProbeResult result = await Probing.OnceAsync(
            new IcmpProbe(TimeProvider.System, new SystemNameResolver()),
            Models.Monitor(MonitorType.Icmp) with { Timeout = TimeSpan.FromSeconds(5) },
            0,
            address);

        // Without root or a place in ping_group_range there is no echo to send; that must be said, and is all there is to test.
        if (result.Outcome == ProbeOutcome.NotMade)
        {
            Assert.StartsWith("not tried: this server may not send echo requests", result.Reason, StringComparison.Ordinal);
            return;
        }

        Assert.Equal((ProbeOutcome.Success, "echo reply"), (result.Outcome, result.Reason));
        Assert.NotNull(result.Timings.FirstByte);
    }

    [Fact]
    public void EchoPacket_ChecksumOfARequest_VerifiesToZero()
    {
        byte[] packet = new byte[64];
        int length = EchoPacket.WriteRequest(isIPv6: false, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], packet);

        Assert.Equal(24, length);
        Assert.Equal(0, EchoPacket.Checksum(packet.AsSpan(0, length)));
        Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)));
    }

    [Fact]
    public void EchoPacket_ReplyBehindAnIpHeader_IsFoundAndOthersAreNot()
    {
        byte[] token = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        byte[] reply = new byte[20 + 24];
        reply[0] = 0x45;
        EchoPacket.WriteRequest(isIPv6: false, token, reply.AsSpan(20));
        Assert.False(EchoPacket.IsReply(reply, isIPv6: false, isRaw: true, token), "a request is no reply");

        reply[20] = 0;
        Assert.True(EchoPacket.IsReply(reply, isIPv6: false, isRaw: true, token));
        Assert.False(EchoPacket.IsReply(reply, isIPv6: false, isRaw: true, new byte[16]));
        reply[0] = 0x4F;
        Assert.False(EchoPacket.IsReply(reply.AsSpan(0, 24), isIPv6: false, isRaw: true, token));
    }

    private static bool IsRunning(string marker) => Process.GetProcessesByName("sleep").Any(process =>
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(marker, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static Task<ProbeResult> RunAsync(ScriptModel script, TimeSpan? timeout = null) => Probing.OnceAsync(
        new ScriptProbe(TimeProvider.System),
        Models.Monitor(MonitorType.Script) with { Script = script, Timeout = timeout ?? TimeSpan.FromSeconds(20) },
        8080,
        "192.0.2.7");
}
