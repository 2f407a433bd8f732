using Meridian.Dns.Messages;
using Meridian.Dns.Names;

namespace Meridian.Dns.Tests.Messages;

public sealed class MessageTests
{
    // A response with pointers in owners and in data, OPT with client subnet.
    private const string Response =
        "1234 8400 0001 0002 0001 0001"
        + "03777777 07 6578616D706C65 03 636F6D 00 0001 0001"
        + "C00C 0005 0001 0000003C 0004 01 62 C010"
        + "C02D 0001 0001 0000003C 0004 C0000201"
        + "C010 0006 0001 0000012C 0020 02 6E73 C010 04 686F7374 C010 00000001 00001C20 00000384 00127500 0000003C"
        + "00 0029 04D0 00008000 000B 0008 0007 0001 18 18 C10006";

    private static byte[] Wire(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static MessageParseStatus StatusOf(string hex) => Message.TryParse(Wire(hex), out _);

    [Fact]
    public void Format_Response_IsLikeDig()
    {
        byte[] wire = Wire(Response);
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(wire, out Message? message));
        Assert.Equal("""
            ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4660
            ;; flags: qr aa; QUERY: 1, ANSWER: 2, AUTHORITY: 1, ADDITIONAL: 1

            ;; OPT PSEUDOSECTION:
            ; EDNS: version: 0, flags: do; udp: 1232
            ; CLIENT-SUBNET: 193.0.6.0/24/24

            ;; QUESTION SECTION:
            ;www.example.com.	IN	A

            ;; ANSWER SECTION:
            www.example.com.	60	IN	CNAME	b.example.com.
            b.example.com.	60	IN	A	192.0.2.1

            ;; AUTHORITY SECTION:
            example.com.	300	IN	SOA	ns.example.com. host.example.com. 1 7200 900 1209600 60

            """, MessageText.Format(message!));
        Assert.Equal("193.0.6.0/24/24", message!.Edns!.ClientSubnet.ToString());
        Assert.Equal(DomainName.Parse("b.example.com."), message.Answer[1].Owner);
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(message.ToWire(), out Message? again));
        Assert.Equal(MessageText.Format(message), MessageText.Format(again!));
    }

    [Fact]
    public void TryParse_CutAnywhere_IsAnError()
    {
        byte[] wire = Wire(Response);
        for (int length = 0; length < wire.Length; length++)
        {
            Assert.NotEqual(MessageParseStatus.Ok, Message.TryParse(wire.AsSpan(0, length).ToArray(), out Message? message));
            Assert.Null(message);
        }
        Assert.Equal(MessageParseStatus.TrailingOctets, Message.TryParse([.. wire, 0], out _));
    }

    [Theory]
    [InlineData("C00C 0001 0001")] // to itself
    [InlineData("C00E 0001 0001")] // forward
    [InlineData("01 61 C00C 0001 0001")] // to its own beginning
    [InlineData("C000 0001 0001")] // into the header
    [InlineData("43 616161 00 0001 0001")] // label type 01
    public void TryParse_BadPointer_IsBadName(string question) =>
        Assert.Equal(MessageParseStatus.BadName, StatusOf("0000 0000 0001 0000 0000 0000" + question));

    [Fact]
    public void TryParse_BadRecords_HaveTheirStatus()
    {
        const string Header = "0000 8000 0000 0001 0000 0000";
        Assert.Equal(MessageParseStatus.BadRdata, StatusOf(Header + "00 0001 0001 00000000 0003 C00002"));
        Assert.Equal(MessageParseStatus.BadEdns, StatusOf(Header + "00 0029 0001 00000000 0000"));
        Assert.Equal(MessageParseStatus.BadRdata, StatusOf(Header + "01 61 00 0040 0001 00000000 0004 0001 C00C"));
        Assert.Equal(MessageParseStatus.Ok, StatusOf(Header + "01 61 00 0021 0001 00000000 0008 0001 0001 0001 C00C"));
        Assert.Equal(MessageParseStatus.Ok, StatusOf(Header + "01 61 00 0001 00FF 00000000 0000"));
    }

    [Fact]
    public void Rcode_WithEdns_HasTwelveBits()
    {
        Message message = new() { Header = new MessageHeader(1, 0x8007, 0, 0, 0, 0), Edns = new MessageEdns { ExtendedRcode = 1 } };
        Assert.Equal(Rcode.BadCookie, message.Rcode);
        Assert.Contains("status: BADCOOKIE", MessageText.Format(message), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("193.0.6.139/24", "193.0.6.0/24/0")]
    [InlineData("10.1.2.3", "10.1.2.3/32/0")]
    [InlineData("2001:db8:ffff::1/33", "2001:db8:8000::/33/0")]
    [InlineData("::/0", "::/0/0")]
    public void ClientSubnet_TextWireText_IsTheSame(string text, string expected)
    {
        Assert.True(ClientSubnet.TryScan(text, out ClientSubnet subnet));
        Assert.Equal(expected, subnet.ToString());
        byte[] option = new byte[subnet.OptionLength];
        Assert.True(subnet.TryWrite(option));
        Assert.True(ClientSubnet.TryParse(option, out ClientSubnet again));
        Assert.Equal(subnet, again);
        Assert.False(subnet.TryWrite(option.AsSpan(1)));
    }

    [Theory]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0/8")]
    [InlineData("x/1")]
    [InlineData("/1")]
    [InlineData("::1/129")]
    public void ClientSubnet_BadText_IsRefused(string text) => Assert.False(ClientSubnet.TryScan(text, out _));
}
