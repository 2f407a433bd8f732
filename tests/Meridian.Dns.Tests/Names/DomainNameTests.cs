using FsCheck;
using FsCheck.Fluent;
using Meridian.Dns.Names;
using Random = System.Random;

namespace Meridian.Dns.Tests.Names;

public sealed class DomainNameTests
{
    private const int CaseCount = 20_000;

    [Theory]
    [InlineData("WWW.Example.COM.", "www.example.com.")]
    [InlineData("www", "www.example.org.")]
    [InlineData("@", "example.org.")]
    [InlineData(".", ".")]
    [InlineData("a\\.b.c.", "a\\.b.c.")]
    [InlineData("\\065\\066.", "ab.")]
    [InlineData("\\000\\255.", "\\000\\255.")]
    [InlineData("\\@\\$\\;\\(.", "\\@\\$\\;\\(.")]
    [InlineData("a\\ b.", "a\\032b.")]
    public void Parse_Text_IsCanonical(string text, string expected) =>
        Assert.Equal(expected, DomainName.Parse(text, DomainName.Parse("example.org.")).ToString());

    [Theory]
    [InlineData("", DomainNameError.Empty)]
    [InlineData("a..b.", DomainNameError.EmptyLabel)]
    [InlineData(".a.", DomainNameError.EmptyLabel)]
    [InlineData("a\\", DomainNameError.BadEscape)]
    [InlineData("a\\25.", DomainNameError.BadEscape)]
    [InlineData("a\\256.", DomainNameError.BadEscape)]
    [InlineData("ü.", DomainNameError.NotAscii)]
    [InlineData("rel", DomainNameError.NoOrigin)]
    [InlineData("@", DomainNameError.NoOrigin)]
    public void TryParse_BadText_SaysWhy(string text, DomainNameError expected)
    {
        Assert.Equal(expected, DomainName.TryParse(text, origin: null, out DomainName? name));
        Assert.Null(name);
        Assert.NotEmpty(expected.Describe());
    }

    [Fact]
    public void TryParse_Limits_AreThoseOfRfc1035()
    {
        string label = new('a', 63);
        Assert.Equal(DomainNameError.None, DomainName.TryParse($"{label}.", null, out _));
        Assert.Equal(DomainNameError.LabelTooLong, DomainName.TryParse($"{label}a.", null, out _));
        string three = $"{label}.{label}.{label}.";
        Assert.Equal(DomainNameError.None, DomainName.TryParse($"{three}{new string('b', 61)}.", null, out DomainName? longest));
        Assert.Equal(DomainName.MaxLength, longest!.Wire.Length);
        Assert.Equal(DomainNameError.NameTooLong, DomainName.TryParse($"{three}{new string('b', 62)}.", null, out _));
        Assert.Equal(DomainNameError.NameTooLong, DomainName.TryParse($"{three}{label}", DomainName.Root, out _));
        Assert.Equal(DomainNameError.NameTooLong, DomainName.TryParse("x", longest, out _));
        Assert.Equal(127, DomainName.Parse(string.Concat(Enumerable.Repeat("a.", 127))).LabelCount);
        Assert.Equal(DomainNameError.NameTooLong, DomainName.TryParse(string.Concat(Enumerable.Repeat("a.", 128)), null, out _));
    }

    [Fact]
    public void TryFromWire_BadOctets_SaysWhy()
    {
        Assert.Equal(DomainNameError.Truncated, DomainName.TryFromWire([], out _));
        Assert.Equal(DomainNameError.Truncated, DomainName.TryFromWire([1, 97], out _));
        Assert.Equal(DomainNameError.Truncated, DomainName.TryFromWire([5, 97], out _));
        Assert.Equal(DomainNameError.CompressionPointer, DomainName.TryFromWire([0xC0, 12], out _));
        Assert.Equal(DomainNameError.LabelTooLong, DomainName.TryFromWire([64, 12], out _));
    }

    [Fact]
    public void TryParse_AnyText_NeverThrows() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(
            ArbMap.Default.ArbFor<string>(),
            text => DomainName.TryParse(text ?? "", DomainName.Root, out DomainName? name) == DomainNameError.None == name is not null));

    [Fact]
    public void ToString_RandomNames_ParseBack()
    {
        Random random = new(1);
        for (int i = 0; i < CaseCount; i++)
        {
            byte[] wire = RandomWire(random, maxLabelLength: 20);
            Assert.Equal(DomainNameError.None, DomainName.TryFromWire(wire, out DomainName? name));
            Assert.Equal(name, DomainName.Parse(name!.ToString()));
            Assert.Equal(name.LabelCount, name.Parent is { } parent ? parent.LabelCount + 1 : 0);
        }
    }

    [Fact]
    public void TryFromWire_RandomOctets_NeverReadsPastTheEnd()
    {
        Random random = new(2);
        for (int i = 0; i < CaseCount; i++)
        {
            byte[] octets = new byte[random.Next(300)];
            random.NextBytes(octets);
            for (int j = 0; j < octets.Length; j++)
            {
                octets[j] = random.Next(3) == 0 ? octets[j] : (byte)(octets[j] & 7);
            }
            Assert.Equal(
                DomainName.TryFromWire(octets, out DomainName? name) == DomainNameError.None,
                name is not null && name.Wire.Length <= octets.Length);
        }
    }

    [Fact]
    public void CompareTo_RandomNames_AgreesWithTheSlowReference()
    {
        Random random = new(3);
        DomainName[] names = [.. Enumerable.Range(0, 150).Select(_ => RandomName(random))];
        foreach (DomainName left in names)
        {
            foreach (DomainName right in names)
            {
                Assert.Equal(Math.Sign(SlowCompare(left, right)), Math.Sign(left.CompareTo(right)));
                Assert.Equal(SlowIsSubdomain(left, right), left.IsSubdomainOf(right));
                Assert.Equal(left.CompareTo(right) == 0, left == right);
                Assert.True(left != right || left.GetHashCode() == right.GetHashCode());
            }
        }
    }

    [Fact]
    public void CompareTo_ExampleOfRfc4034_IsItsOrder()
    {
        string[] order = ["example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example.",
            "\\001.z.example.", "*.z.example.", "\\200.z.example."];
        DomainName[] names = [.. order.Select(text => DomainName.Parse(text))];
        Assert.Equal(names.AsEnumerable(), Enumerable.Reverse(names).Order());
    }

    [Fact]
    public void ToLower_EveryLengthAndOctet_FoldsLettersOnly()
    {
        Random random = new(4);
        for (int length = 0; length <= 255; length++)
        {
            byte[] source = new byte[length];
            random.NextBytes(source);
            byte[] destination = new byte[length];
            WireNames.ToLower(source, destination);
            Assert.Equal(source.Select(octet => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet + 32) : octet), destination);
        }
    }

    [Fact]
    public void TryPrepend_TooLong_IsNull()
    {
        DomainName name = DomainName.Parse("example.");
        Assert.Equal("*.example.", name.TryPrepend("*"u8)!.ToString());
        Assert.True(name.TryPrepend("*"u8)!.IsWildcard);
        Assert.Null(name.TryPrepend(new byte[64]));
        Assert.Null(name.TryPrepend([]));
    }

    private static byte[] RandomWire(Random random, int maxLabelLength)
    {
        List<byte> wire = [];
        for (int count = random.Next(6); count > 0; count--)
        {
            byte[] label = new byte[random.Next(1, maxLabelLength + 1)];
            random.NextBytes(label);
            wire.Add((byte)label.Length);
            wire.AddRange(label);
        }
        return [.. wire, 0];
    }

    // Few and short labels, so that equal names and common ancestors are frequent.
    private static DomainName RandomName(Random random)
    {
        string[] labels = ["a", "b", "ab", "A", "\\001", "\\255", "a\\.b", "*"];
        string text = string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => $"{labels[random.Next(labels.Length)]}."));
        return text.Length == 0 ? DomainName.Root : DomainName.Parse(text);
    }

    private static List<byte[]> Labels(DomainName name)
    {
        List<byte[]> labels = [];
        ReadOnlySpan<byte> wire = name.Wire;
        for (int i = 0; wire[i] != 0; i += wire[i] + 1)
        {
            labels.Insert(0, wire.Slice(i + 1, wire[i]).ToArray());
        }
        return labels;
    }

    private static int SlowCompare(DomainName left, DomainName right)
    {
        List<byte[]> l = Labels(left);
        List<byte[]> r = Labels(right);
        for (int i = 0; i < l.Count && i < r.Count; i++)
        {
            for (int j = 0; j < l[i].Length && j < r[i].Length; j++)
            {
                if (l[i][j] != r[i][j])
                {
                    return l[i][j] - r[i][j];
                }
            }
            if (l[i].Length != r[i].Length)
            {
                return l[i].Length - r[i].Length;
            }
        }
        return l.Count - r.Count;
    }

    private static bool SlowIsSubdomain(DomainName name, DomainName ancestor)
    {
        List<byte[]> own = Labels(name);
        List<byte[]> above = Labels(ancestor);
        return above.Count <= own.Count && above.Zip(own).All(pair => pair.First.SequenceEqual(pair.Second));
    }
}
