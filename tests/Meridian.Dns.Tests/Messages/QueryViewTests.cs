using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Dns.Tests.Messages;

public sealed class QueryViewTests
{
    private static readonly QueryBuilder Www = new("wWw.Example.com.", RecordType.A) { Id = 0x1234 };

    private static readonly byte[] Opt = [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0];

    private static QueryParseStatus StatusOf(byte[] message) => QueryView.TryParse(message, out _);

    private static ClientSubnet Subnet(string text) =>
        ClientSubnet.TryScan(text, out ClientSubnet subnet) ? subnet : throw new FormatException(text);

    private static byte[] WithOption(EdnsOptionCode code, params byte[] data) =>
        (Www with { Options = [new EdnsOption(code, data)] }).Build();

    private static byte[] With(byte[] message, int offset, byte value)
    {
        byte[] copy = [.. message];
        copy[offset] = value;
        return copy;
    }

    // Appends records and sets the counts of the last three sections.
    private static byte[] WithRecords(byte answer, byte authority, byte additional, params byte[] records)
    {
        byte[] message = [.. Www.Build(), .. records];
        (message[7], message[9], message[11]) = (answer, authority, additional);
        return message;
    }

    [Fact]
    public void TryParse_PlainQuery_GivesTheQuestionInItsCase()
    {
        byte[] message = Www.Build();
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(message, out QueryView view));
        Assert.Equal(0x1234, view.Id);
        Assert.Equal(Opcode.Query, view.Opcode);
        Assert.Equal(MessageFlags.RecursionDesired, view.Flags);
        Assert.Equal("\u0003wWw\u0007Example\u0003com\0"u8.ToArray(), view.QName.ToArray());
        Assert.Equal(RecordType.A, view.QType);
        Assert.Equal(RecordClass.IN, view.QClass);
        Assert.Equal(message.Length, view.QuestionEnd);
        Assert.Equal(message[12..], view.Question.ToArray());
        Assert.False(view.Edns.IsPresent);
        Assert.False(view.HasTsig);
        Assert.True(view.Cookie.IsEmpty);
    }

    [Fact]
    public void TryParse_EverythingInEdns_GivesEachValue()
    {
        byte[] cookie = [1, 2, 3, 4, 5, 6, 7, 8];
        byte[] message = (Www with
        {
            UdpPayloadSize = 4096,
            IsDnssecOk = true,
            ClientSubnet = Subnet("193.0.6.0/23"),
            Cookie = cookie,
            IsNsidRequested = true,
            HasTcpKeepalive = true,
            Options = [new EdnsOption((EdnsOptionCode)65001, new byte[] { 9 })],
        }).Build();
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(message, out QueryView view));
        Assert.True(view.Edns.IsPresent);
        Assert.Equal(4096, view.Edns.UdpPayloadSize);
        Assert.True(view.Edns.IsDnssecOk);
        Assert.True(view.Edns.IsNsidRequested);
        Assert.True(view.Edns.HasTcpKeepalive);
        Assert.True(view.Edns.HasCookie);
        Assert.Equal(cookie, view.Cookie.ToArray());
        Assert.True(view.Edns.HasClientSubnet);
        Assert.True(view.Edns.ClientSubnet.IsIPv4);
        Assert.Equal(0xC1000600u, view.Edns.ClientSubnet.IPv4);
        Assert.Equal("193.0.6.0/23/0", view.Edns.ClientSubnet.ToString());
    }

    [Fact]
    public void TryParse_OtherEdnsVersion_LeavesOptionsAlone()
    {
        byte[] message = (Www with { EdnsVersion = 1, Options = [new EdnsOption(EdnsOptionCode.Cookie, new byte[3])] }).Build();
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(message, out QueryView view));
        Assert.Equal(1, view.Edns.Version);
        Assert.False(view.Edns.HasCookie);
    }

    [Fact]
    public void TryParse_HeaderProblems_HaveTheirStatus()
    {
        byte[] query = Www.Build();
        Assert.Equal(QueryParseStatus.TooShort, StatusOf([]));
        Assert.Equal(QueryParseStatus.TooShort, StatusOf(query[..11]));
        Assert.Equal(QueryParseStatus.IsResponse, StatusOf(With(query, 2, 0x80)));
        Assert.Equal(QueryParseStatus.UnknownOpcode, StatusOf(With(query, 2, 15 << 3)));
        Assert.Equal(QueryParseStatus.UnknownOpcode, StatusOf(With(query[..12], 2, 1 << 3)));
        Assert.Equal(QueryParseStatus.BadQuestionCount, StatusOf(With(query, 5, 0)));
        Assert.Equal(QueryParseStatus.BadQuestionCount, StatusOf(With(query, 5, 2)));
        Assert.Equal(QueryParseStatus.Ok, StatusOf(With(query, 2, 4 << 3)));
        Assert.Equal(QueryParseStatus.Ok, StatusOf(With(query, 2, 5 << 3)));
    }

    [Fact]
    public void TryParse_NoQuestionButCookie_GivesTheCookie()
    {
        byte[] message = new Message
        {
            Header = default,
            Edns = new MessageEdns { Options = [new EdnsOption(EdnsOptionCode.Cookie, new byte[8])] },
        }.ToWire();
        Assert.Equal(QueryParseStatus.BadQuestionCount, QueryView.TryParse(message, out QueryView view));
        Assert.False(view.HasQuestion);
        Assert.True(view.Edns.HasCookie);
        Assert.True(view.Question.IsEmpty);
    }

    [Fact]
    public void TryParse_QuestionProblems_AreBadQuestion()
    {
        byte[] query = Www.Build();
        for (int length = 12; length < query.Length; length++)
        {
            Assert.Equal(QueryParseStatus.BadQuestion, StatusOf(query[..length]));
        }
        Assert.Equal(QueryParseStatus.BadQuestion, StatusOf(With(With(query, 12, 0xC0), 13, 12)));
        Assert.Equal(QueryParseStatus.BadQuestion, StatusOf(With(query, 12, 0x43)));
        byte[] label = [63, .. new byte[63]];
        byte[] longest = [.. query[..12], .. label, .. label, .. label, 61, .. new byte[61], 0, 0, 1, 0, 1];
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(longest, out QueryView view));
        Assert.Equal(255, view.QNameLength);
        byte[] tooLong = [.. query[..12], .. label, .. label, .. label, 62, .. new byte[62], 0, 0, 1, 0, 1];
        Assert.Equal(QueryParseStatus.BadQuestion, StatusOf(tooLong));
    }

    [Fact]
    public void TryParse_OptProblems_AreBadEdns()
    {
        Assert.Equal(QueryParseStatus.Ok, StatusOf(WithRecords(0, 0, 1, Opt)));
        Assert.Equal(QueryParseStatus.BadEdns, StatusOf(WithRecords(0, 0, 2, [.. Opt, .. Opt])));
        Assert.Equal(QueryParseStatus.BadEdns, StatusOf(WithRecords(1, 0, 0, Opt)));
        Assert.Equal(QueryParseStatus.BadEdns, StatusOf(WithRecords(0, 1, 0, Opt)));
        Assert.Equal(QueryParseStatus.BadEdns, StatusOf(WithRecords(0, 0, 1, [1, (byte)'a', .. Opt])));
        Assert.Equal(QueryParseStatus.BadRecord, StatusOf(WithRecords(0, 0, 1, Opt[..10])));
        Assert.Equal(QueryParseStatus.BadRecord, StatusOf(WithRecords(0, 0, 1, [.. Opt[..10], 1])));
        Assert.Equal(QueryParseStatus.BadEdns, StatusOf(WithRecords(0, 0, 1, [.. Opt[..10], 3, 0, 3, 0])));
        Assert.Equal(QueryParseStatus.BadEdns, StatusOf(WithRecords(0, 0, 1, [.. Opt[..10], 4, 0, 3, 0, 1])));
    }

    [Fact]
    public void TryParse_Tsig_IsSeenWhenLastOnly()
    {
        byte[] tsig = [1, (byte)'k', 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0];
        byte[] message = WithRecords(0, 0, 2, [.. Opt, .. tsig]);
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(message, out QueryView view));
        Assert.True(view.HasTsig);
        Assert.Equal(message.Length - tsig.Length, view.TsigOffset);
        Assert.True(view.Edns.IsPresent);
        Assert.Equal(QueryParseStatus.BadRecord, StatusOf(WithRecords(0, 0, 2, [.. tsig, .. Opt])));
        Assert.Equal(QueryParseStatus.BadRecord, StatusOf(WithRecords(1, 0, 0, tsig)));
    }

    [Fact]
    public void TryParse_OtherRecords_AreWalkedOver()
    {
        byte[] record = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, 1];
        byte[] message = WithRecords(1, 1, 2, [.. record, .. record, .. Opt, .. record]);
        Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(message, out QueryView view));
        Assert.True(view.Edns.IsPresent);
        Assert.Equal(QueryParseStatus.BadRecord, StatusOf(message[..^1]));
    }

    [Theory]
    [InlineData("0001 18 00 C10006", QueryParseStatus.Ok)]
    [InlineData("0001 00 00", QueryParseStatus.Ok)]
    [InlineData("0000 00 00", QueryParseStatus.Ok)]
    [InlineData("0002 38 00 20010DB8000000", QueryParseStatus.Ok)]
    [InlineData("0001 20 00 C0000201", QueryParseStatus.Ok)]
    [InlineData("0001 18 00 C1000600", QueryParseStatus.BadClientSubnet)]
    [InlineData("0001 18 00 C100", QueryParseStatus.BadClientSubnet)]
    [InlineData("0001 17 00 C10007", QueryParseStatus.BadClientSubnet)]
    [InlineData("0001 21 00 C000020100", QueryParseStatus.BadClientSubnet)]
    [InlineData("0001 18 18 C10006", QueryParseStatus.BadClientSubnet)]
    [InlineData("0002 81 00 20010DB8000000000000000000000000FF", QueryParseStatus.BadClientSubnet)]
    [InlineData("0002 41 00 20010DB80000000040", QueryParseStatus.BadClientSubnet)]
    [InlineData("0002 41 00 20010DB80000000080", QueryParseStatus.Ok)]
    [InlineData("0002 41 00 20010DB8000000000080", QueryParseStatus.BadClientSubnet)]
    [InlineData("0002 41 00 20010DB8000000008000", QueryParseStatus.BadClientSubnet)]
    [InlineData("0000 01 00 80", QueryParseStatus.BadClientSubnet)]
    [InlineData("0003 00 00", QueryParseStatus.BadClientSubnet)]
    [InlineData("0001 00", QueryParseStatus.BadClientSubnet)]
    public void TryParse_ClientSubnet_IsCheckedAsRfc7871Says(string option, QueryParseStatus expected)
    {
        byte[] data = Convert.FromHexString(option.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected, StatusOf(WithOption(EdnsOptionCode.ClientSubnet, data)));
    }

    [Theory]
    [InlineData(8, QueryParseStatus.Ok)]
    [InlineData(16, QueryParseStatus.Ok)]
    [InlineData(40, QueryParseStatus.Ok)]
    [InlineData(0, QueryParseStatus.BadCookie)]
    [InlineData(7, QueryParseStatus.BadCookie)]
    [InlineData(9, QueryParseStatus.BadCookie)]
    [InlineData(15, QueryParseStatus.BadCookie)]
    [InlineData(41, QueryParseStatus.BadCookie)]
    public void TryParse_Cookie_HasAPossibleLength(int length, QueryParseStatus expected) =>
        Assert.Equal(expected, StatusOf(WithOption(EdnsOptionCode.Cookie, new byte[length])));

    [Fact]
    public void Statuses_Consequences_AreThoseOfTheRfcs()
    {
        Assert.True(QueryParseStatus.TooShort.IsDrop());
        Assert.True(QueryParseStatus.IsResponse.IsDrop());
        Assert.Equal(Rcode.NotImp, QueryParseStatus.UnknownOpcode.ToRcode());
        foreach (QueryParseStatus status in Enum.GetValues<QueryParseStatus>().Where(status => status > QueryParseStatus.UnknownOpcode))
        {
            Assert.False(status.IsDrop());
            Assert.Equal(Rcode.FormErr, status.ToRcode());
        }
    }

    [Fact]
    public void TryParse_AnyQuery_AllocatesNothing()
    {
        byte[] message = (Www with { ClientSubnet = Subnet("2001:db8::/48"), Cookie = new byte[8] }).Build();
        QueryView.TryParse(message, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            QueryView.TryParse(message, out _);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
