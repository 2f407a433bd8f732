using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Tests.Quickstart;

public sealed class SampleMessageTests
{
    private static readonly SamplePlan Netherlands = new("NL", "www.example.test", IPAddress.Parse("193.0.6.0"), 24);

    [Fact]
    public void WriteQuery_WithSubnet_IsTheseOctets()
    {
        byte[] buffer = new byte[SampleMessage.LengthMax];

        int length = SampleMessage.WriteQuery(buffer, 0x1234, Netherlands);

        // Header; www.example.test A IN; OPT 1232 with ECS of family 1, /24, scope 0, 193.0.6 (RFC 7871 §6).
        Assert.Equal(
            "12340000000100000000000103777777076578616D706C65047465737400" + "00010001" + "00002904D000000000" + "000B" + "00080007" + "00011800" + "C10006",
            Convert.ToHexString(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void WriteQuery_WithoutSubnet_HasAnEmptyOpt()
    {
        byte[] buffer = new byte[SampleMessage.LengthMax];

        int length = SampleMessage.WriteQuery(buffer, 1, new SamplePlan("x", "a.test", null, 0));

        Assert.EndsWith("00002904D0000000000000", Convert.ToHexString(buffer.AsSpan(0, length)), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAddresses_CnameThenTwoAddresses_AreBoth()
    {
        byte[] message = Convert.FromHexString(
            "123484000001000300000000"
            + "0161047465737400" + "00010001"
            + "C00C" + "000500010000003C0004" + "0162C00E"
            + "C024" + "00010001000000140004" + "7F000101"
            + "C024" + "00010001000000140004" + "7F000102");

        Assert.Equal([IPAddress.Parse("127.0.1.1"), IPAddress.Parse("127.0.1.2")], SampleMessage.ReadAddresses(message, 0x1234));
    }

    [Fact]
    public void ReadAddresses_OtherId_HasNone() => Assert.Empty(SampleMessage.ReadAddresses(new byte[12], 1));

    [Fact]
    public void ReadAddresses_AnyOctets_NeverThrows() =>
        Prop.ForAll<byte[]>(octets =>
        {
            byte[] message = [0x12, 0x34, .. octets];
            return SampleMessage.ReadAddresses(message, 0x1234).Count <= message.Length / 4;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Plan_EverySample_FitsAndEndsOnAnOctet()
    {
        byte[] buffer = new byte[SampleMessage.LengthMax];
        Assert.All(QuickstartPlan.Samples, plan =>
        {
            Assert.Equal(0, plan.PrefixLength % 8);
            Assert.InRange(SampleMessage.WriteQuery(buffer, 1, plan), 12, SampleMessage.LengthMax);
        });
    }
}
