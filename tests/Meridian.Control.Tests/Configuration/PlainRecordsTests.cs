using System.Globalization;
using System.Text;
using Meridian.Control.Configuration;

namespace Meridian.Control.Tests.Configuration;

/// <summary>A file whose plain records are found says the same as one whose records are drafts, each of them.</summary>
public sealed class PlainRecordsTests
{
    private static readonly string[] Others =
    [
        "TXT x", "CNAME h1", "MX 10 h2", "MX 10 absent", "NS h3", "DNAME h4", "SRV 1 1 5 h7", "SOA a b 1 2 3 4 5", "RRSIG A 8 2 300 20300101000000 20200101000000 1 example.com. AAAA",
        "A 192.0.2.300", "ANY x", "TXT",
    ];

    [Fact]
    public void Load_AnyFile_SaysTheSameWithAndWithoutLookingForPlainRecords()
    {
        int found = 0;
        for (int seed = 0; seed < 120; seed++)
        {
            Random random = new(seed);
            string file = File(random, others: random.Next(4), badEach: random.Next(3) == 0 ? 40 : int.MaxValue);
            string inline = random.Next(2) == 0 ? "" : Inline(random);
            LoadResult plain = Load(file, inline, least: 0);
            LoadResult drafts = Load(file, inline, least: int.MaxValue);
            Assert.Equal(drafts.Errors.Select(error => error.ToString()), plain.Errors.Select(error => error.ToString()));
            Assert.Equal(drafts.Warnings.Select(warning => warning.ToString()).Order(StringComparer.Ordinal), plain.Warnings.Select(warning => warning.ToString()).Order(StringComparer.Ordinal));
            Assert.Equal(drafts.Digest, plain.Digest);
            found += plain.Model is null ? 0 : 1;
        }
        Assert.InRange(found, 30, 119); // Some have mistakes, some have none.
    }

    [Fact]
    public void Load_LargeFile_HasAllOfItInOrder()
    {
        LoadResult loaded = Load(File(new Random(7), others: 2, badEach: int.MaxValue, records: 30_000), "", least: 0);
        Assert.Empty(loaded.Errors);
        Engine.Model.RRsetList rrsets = loaded.Model!.Zones.Values.Single().RRsets;
        Assert.InRange(rrsets.Length, 20_000, 30_000);
        Assert.Equal(rrsets.Select(rrset => (rrset.Owner, rrset.Type)).Distinct().OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type), rrsets.Select(rrset => (rrset.Owner, rrset.Type)));
    }

    private static LoadResult Load(string file, string inline, int least)
    {
        string document = "zones:\n  example.com:\n    file: z\n" + inline;
        ConfigurationLoaderOptions options = TestFiles.Options with { LeastPlainRecords = least };
        return new ConfigurationLoader(TestFiles.Files("m.yaml", ("m.yaml", document), ("z", file)), options).Load("m.yaml");
    }

    private static string Inline(Random random)
    {
        StringBuilder text = new("    records:\n");
        foreach (int number in Enumerable.Range(0, 400).OrderBy(_ => random.Next()).Take(random.Next(1, 4)))
        {
            string data = random.Next(3) switch { 0 => "CNAME: h1", 1 => "TXT: x", _ => "AAAA: '2001:db8::1'" };
            text.Append(CultureInfo.InvariantCulture, $"      h{number}: {{{data}}}\n");
        }
        return text.ToString();
    }

    /// <summary>Addresses in any order, some of them twice or in sets, below each other and beside other records.</summary>
    private static string File(Random random, int others, int badEach, int records = 400)
    {
        StringBuilder text = new("$ORIGIN example.com.\n$TTL 300\n@ SOA ns1 hostmaster 1 7200 900 1209600 60\n@ NS ns1\nns1 A 192.0.2.53\n");
        for (int i = 0; i < records; i++)
        {
            string owner = random.Next(30) switch
            {
                0 => "@",
                1 => $"*.H{random.Next(9)}",
                2 => $"a.b.h{random.Next(records)}",
                3 => $"a-name-longer-than-the-prefix-h{random.Next(records)}",
                4 => "\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255\\255",
                5 when random.Next(badEach) == 0 => "outside.test.",
                _ => $"h{random.Next(records)}",
            };
            string ttl = random.Next(40) == 0 ? "60 " : "";
            string data = random.Next(3) == 0 ? $"AAAA 2001:db8::{random.Next(3)}" : $"A 192.0.2.{random.Next(3)}";
            text.Append(CultureInfo.InvariantCulture, $"{owner} {ttl}{data}\n");
        }
        for (int i = 0; i < others; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"h{random.Next(records)} {Others[random.Next(badEach == int.MaxValue ? 4 : Others.Length)]}\n");
        }
        return text.ToString();
    }
}
