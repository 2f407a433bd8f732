using Meridian.Dns.Records;

namespace Meridian.Dns.Tests.Records;

/// <summary>Seeded random record data: what is well-formed survives text, and nothing makes the code throw.</summary>
public sealed class RdataPropertyTests
{
    private const int CaseCount = 20_000;

    private static readonly RecordType[] Types = [.. Enum.GetValues<RecordType>().Where(RdataLayouts.IsKnown), (RecordType)65280];

    [Fact]
    public void Format_RandomOctets_ScanBackWhenWellFormed()
    {
        Random random = new(11);
        int wellFormed = 0;
        for (int i = 0; i < CaseCount; i++)
        {
            RecordType type = Types[i % Types.Length];
            wellFormed += CheckRoundTrip(type, RandomOctets(random, random.Next(60))) ? 1 : 0;
        }
        Assert.InRange(wellFormed, CaseCount / 20, CaseCount);
    }

    [Fact]
    public void Format_MutatedExamples_ScanBackWhenWellFormed()
    {
        Random random = new(12);
        (RecordType Type, byte[] Rdata)[] examples = [.. RdataTextTests.Forms.Select(row => Example(row.Data.Item1, row.Data.Item2))];
        int wellFormed = 0;
        for (int i = 0; i < CaseCount; i++)
        {
            (RecordType type, byte[] rdata) = examples[i % examples.Length];
            wellFormed += CheckRoundTrip(type, Mutate(rdata, random)) ? 1 : 0;
        }
        Assert.InRange(wellFormed, CaseCount / 10, CaseCount);
    }

    [Fact]
    public void TryScan_MutatedText_NeverThrowsAndGivesWellFormedOctets()
    {
        const string Alphabet = " \t\n\"\\;()@$.#-=,:/!09azAZ\0é\uD800";
        Random random = new(13);
        (RecordType Type, string Text)[] examples = [.. RdataTextTests.Forms.Select(row => (row.Data.Item1, row.Data.Item2))];
        int scanned = 0;
        for (int i = 0; i < CaseCount; i++)
        {
            (RecordType type, string text) = examples[i % examples.Length];
            List<char> characters = [.. text];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                int at = random.Next(characters.Count + 1);
                if (random.Next(2) == 0)
                {
                    characters.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                }
                else if (at < characters.Count)
                {
                    characters.RemoveAt(at);
                }
            }
            if (RdataText.TryScan(type, characters.ToArray(), null, out byte[] rdata, out string? error))
            {
                scanned++;
                Assert.Null(error);
                Assert.True(CheckRoundTrip(type, rdata), $"{type} {new string([.. characters])}");
            }
            else
            {
                Assert.False(string.IsNullOrEmpty(error));
            }
        }
        Assert.InRange(scanned, CaseCount / 20, CaseCount);
    }

    [Fact]
    public void FindNames_EveryExample_FindsWholeNames()
    {
        foreach ((RecordType type, byte[] rdata) in RdataTextTests.Forms.Select(row => Example(row.Data.Item1, row.Data.Item2)))
        {
            int end = 0;
            foreach (RdataName name in RdataLayouts.FindNames(type, rdata))
            {
                Assert.True(name.Offset >= end);
                end = name.Offset + name.Length;
                Assert.Equal(0, rdata[end - 1]);
            }
            Assert.True(end <= rdata.Length);
        }
    }

    [Fact]
    public void FindNames_ByType_SaysWhatMayBeCompressed()
    {
        Assert.Equal([new RdataName(2, 6, true)], NamesOf(RecordType.MX, "10 mail."));
        Assert.Equal([new RdataName(0, 3, true), new RdataName(3, 3, true)], NamesOf(RecordType.SOA, "a. b. 1 2 3 4 5"));
        Assert.Equal([new RdataName(6, 3, false)], NamesOf(RecordType.SRV, "1 2 3 a."));
        Assert.Equal([new RdataName(3, 3, false)], NamesOf(RecordType.IPSECKEY, "1 3 2 a. AQNR"));
        Assert.Equal([new RdataName(6, 3, false), new RdataName(9, 3, false)], NamesOf(RecordType.HIP, "1 AA AA== a. b."));
        Assert.Empty(NamesOf(RecordType.IPSECKEY, "1 1 2 192.0.2.1 AQNR"));
        Assert.Empty(NamesOf(RecordType.TXT, "a"));
        Assert.Empty(RdataLayouts.FindNames((RecordType)65280, [1, 97, 0]));
    }

    private static IReadOnlyList<RdataName> NamesOf(RecordType type, string text) =>
        RdataLayouts.FindNames(type, Example(type, text).Rdata);

    private static (RecordType Type, byte[] Rdata) Example(RecordType type, string text)
    {
        Assert.True(RdataText.TryScan(type, text, Dns.Names.DomainName.Root, out byte[] rdata, out string? error), error);
        return (type, rdata);
    }

    // The array ends where the record data does: reading past it would throw.
    private static bool CheckRoundTrip(RecordType type, byte[] rdata)
    {
        string text = RdataText.Format(type, rdata);
        RdataLayouts.FindNames(type, rdata);
        bool isWellFormed = RdataLayouts.IsWellFormed(type, rdata);
        bool isScanned = RdataText.TryScan(type, text, null, out byte[] again, out string? error);
        Assert.True(isScanned == isWellFormed, $"{type} {text}: {error}");
        if (isScanned)
        {
            Assert.True(rdata.AsSpan().SequenceEqual(again), $"{type} {text}");
        }
        return isWellFormed;
    }

    private static byte[] RandomOctets(Random random, int length)
    {
        byte[] octets = new byte[length];
        random.NextBytes(octets);
        for (int i = 0; i < length; i++)
        {
            // Small octets make more labels, lengths and counts that fit.
            octets[i] = random.Next(2) == 0 ? octets[i] : (byte)(octets[i] & 3);
        }
        return octets;
    }

    private static byte[] Mutate(byte[] rdata, Random random)
    {
        List<byte> octets = [.. rdata];
        for (int changes = random.Next(1, 3); changes > 0; changes--)
        {
            int at = random.Next(octets.Count + 1);
            switch (random.Next(4))
            {
                case 0:
                    octets.Insert(at, (byte)random.Next(256));
                    break;
                case 1 when at < octets.Count:
                    octets.RemoveAt(at);
                    break;
                default:
                    if (at < octets.Count)
                    {
                        octets[at] = (byte)random.Next(256);
                    }
                    break;
            }
        }
        return [.. octets];
    }
}
