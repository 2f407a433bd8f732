using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Dns.Tests.Messages;

/// <summary>Seeded random packets: nothing throws, nothing is read past the end, and the two readers agree.</summary>
public sealed class MessagePropertyTests
{
    private const int CaseCount = 20_000;

    [Fact]
    public void TryParse_RandomQueries_GiveBackWhatWasBuilt()
    {
        Random random = new(21);
        for (int i = 0; i < CaseCount; i++)
        {
            QueryBuilder query = RandomQuery(random);
            byte[] wire = query.Build();
            Assert.Equal(QueryParseStatus.Ok, QueryView.TryParse(wire, out QueryView view));
            Assert.Equal(query.Id, view.Id);
            Assert.Equal(query.Flags, view.Flags);
            Assert.Equal(query.Type, view.QType);
            Assert.Equal(query.Class, view.QClass);
            Assert.Equal(query.UdpPayloadSize ?? 0, view.Edns.UdpPayloadSize);
            Assert.Equal(query.IsDnssecOk, view.Edns.IsDnssecOk);
            Assert.Equal(query.ClientSubnet, view.Edns.HasClientSubnet ? view.Edns.ClientSubnet : null);
            Assert.Equal(query.Cookie.ToArray(), view.Cookie.ToArray());
            Assert.Equal(MessageParseStatus.Ok, Message.TryParse(wire, out Message? message));
            Assert.True(view.QName.SequenceEqual(message!.Questions[0].NameWire.Span));
            Assert.Equal(wire, message.ToWire());
        }
    }

    [Fact]
    public void TryParse_MutatedQueries_NeverThrowAndAgreeWithTheSlowReader()
    {
        Random random = new(22);
        int ok = 0;
        for (int i = 0; i < CaseCount; i++)
        {
            byte[] wire = Mutate(RandomQuery(random).Build(), random);
            QueryParseStatus status = QueryView.TryParse(wire, out QueryView view);
            Touch(view);
            MessageParseStatus slow = Message.TryParse(wire, out Message? message);
            if (status == QueryParseStatus.Ok)
            {
                ok++;
                // The fast reader does not look into the names and data of records it has no use for.
                Assert.True(slow is MessageParseStatus.Ok or MessageParseStatus.TrailingOctets or MessageParseStatus.BadRdata
                    or MessageParseStatus.BadName or MessageParseStatus.BadEdns, $"{slow}");
            }
            if (message is not null)
            {
                Assert.NotEmpty(MessageText.Format(message));
                Assert.True(status != QueryParseStatus.BadQuestion || message.Questions.Length == 1);
                Assert.NotEqual(QueryParseStatus.TooShort, status);
            }
        }
        Assert.InRange(ok, CaseCount / 10, CaseCount);
    }

    [Fact]
    public void TryParse_RandomOctets_NeverThrow()
    {
        Random random = new(23);
        for (int i = 0; i < CaseCount; i++)
        {
            byte[] wire = new byte[random.Next(80)];
            random.NextBytes(wire);
            if (wire.Length > 12)
            {
                // Counts that can be true and no QR, so that most get past the header.
                wire.AsSpan(2, 10).Clear();
                (wire[5], wire[7], wire[9], wire[11]) = (1, (byte)random.Next(2), (byte)random.Next(2), (byte)random.Next(3));
            }
            QueryView.TryParse(wire, out QueryView view);
            Touch(view);
            if (Message.TryParse(wire, out Message? message) == MessageParseStatus.Ok)
            {
                Assert.NotEmpty(MessageText.Format(message!));
            }
        }
    }

    // Everything a caller may ask of a view, whatever the status was.
    private static int Touch(QueryView view) =>
        view.QName.Length + view.Question.Length + view.Cookie.Length + view.QuestionEnd + view.TsigOffset + (int)view.QType
        + (view.HasQuestion ? 1 : 0) + (int)view.Flags + (int)view.Opcode + view.Edns.ClientSubnet.AddressLength;

    private static QueryBuilder RandomQuery(Random random)
    {
        string[] names = [".", "a.", "wWw.Example.com.", "\\000\\255.x.", $"{new string('m', 63)}.example."];
        string[] subnets = ["193.0.6.0/24", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/56", "::1/128"];
        QueryBuilder query = new(names[random.Next(names.Length)], (RecordType)random.Next(1, 300))
        {
            Id = (ushort)random.Next(65536),
            Flags = (MessageFlags)(random.Next(65536) & 0x07F0),
            Class = (RecordClass)random.Next(1, 5),
        };
        if (random.Next(4) == 0)
        {
            return query;
        }
        return query with
        {
            UdpPayloadSize = (ushort)random.Next(65536),
            IsDnssecOk = random.Next(2) == 0,
            IsNsidRequested = random.Next(2) == 0,
            ClientSubnet = random.Next(2) == 0 && ClientSubnet.TryScan(subnets[random.Next(subnets.Length)], out ClientSubnet subnet) ? subnet : null,
            Cookie = random.Next(3) switch { 0 => default, 1 => new byte[8], _ => new byte[24] },
            Options = random.Next(2) == 0 ? [] : [new EdnsOption((EdnsOptionCode)random.Next(100, 200), new byte[random.Next(9)])],
        };
    }

    private static byte[] Mutate(byte[] wire, Random random)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(wire.Length);
            wire = random.Next(5) switch
            {
                0 => wire[..at],
                1 => [.. wire[..at], .. wire[Math.Min(at + 1, wire.Length)..]],
                2 => [.. wire[..at], (byte)random.Next(256), .. wire[at..]],
                _ => [.. wire[..at], (byte)(wire[at] ^ 1 << random.Next(8)), .. wire[(at + 1)..]],
            };
            if (wire.Length == 0)
            {
                break;
            }
        }
        return wire;
    }
}
