using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Control.Route53.Names;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Tests.Route53;

public sealed class Route53NameTests
{
    [Theory]
    [InlineData("WWW.Example.com", "www.example.com.")]
    [InlineData("*.example.com.", @"\052.example.com.")]
    [InlineData(@"\052.example.com", @"\052.example.com.")]
    [InlineData("a/b.example.com", @"a\057b.example.com.")]
    [InlineData("_x-1.example.com", "_x-1.example.com.")]
    [InlineData(@"a\056b.example.com", @"a\056b.example.com.")]
    [InlineData(@"\374ber.example.com", @"\374ber.example.com.")]
    [InlineData(".", ".")]
    public void TryParse_ValidName_IsWrittenAsTheServiceDoes(string text, string expected)
    {
        Assert.True(Route53Name.TryParse(text, out DomainName name, out _));
        Assert.Equal(expected, Route53Name.Format(name));
    }

    [Theory]
    [InlineData("", "FATAL problem: DomainNameEmpty (Domain name is empty) encountered with ''")]
    [InlineData("a b.example.com", "FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with ' '")]
    [InlineData("a..example.com", "FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with 'a..example.com'")]
    [InlineData(@"\9.example.com", @"FATAL problem: InvalidEscapeSequence (Value contains an invalid escape sequence) encountered with '\9.example.com'")]
    public void TryParse_InvalidName_SaysWhyInTheServicesWords(string text, string problem)
    {
        Assert.False(Route53Name.TryParse(text, out _, out string said));
        Assert.Equal(problem, said);
    }

    [Fact]
    public void Format_AnyName_IsReadAsTheSameName() =>
        Prop.ForAll(Gen.ListOf(Gen.NonEmptyListOf(Gen.Choose(0, 255))).ToArbitrary(), labels =>
        {
            List<byte> wire = [];
            foreach (List<int> label in labels.Take(4).Select(label => label.Take(60).ToList()))
            {
                wire.Add((byte)label.Count);
                wire.AddRange(label.Select(octet => (byte)octet));
            }
            wire.Add(0);
            if (wire.Count > DomainName.MaxLength)
            {
                return true;
            }
            Assert.Equal(DomainNameError.None, DomainName.TryFromWire(wire.ToArray(), out DomainName? name));
            string text = Route53Name.Format(name!);
            return Route53Name.TryParse(text, out DomainName read, out _) && read == name && Route53Name.Format(read) == text;
        }).QuickCheckThrowOnFailure();

    /// <summary>The order that was observed at the service: 500 names and the two sets of the apex, in pages of 100 and 300.</summary>
    [Fact]
    public void SortKey_NumberedNames_AreInTheObservedOrder()
    {
        string[] names =
        [
            .. Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"env{i}.redis.db.")).Append("redis.db.").Append("redis.db.")
                .OrderBy(Route53Name.SortKey, StringComparer.Ordinal),
        ];

        Assert.Equal("env187.redis.db.", names[100]);
        Assert.Equal("env457.redis.db.", names[400]);
    }

    [Theory]
    [InlineData(RecordType.TXT, "\"a\\101\" \"b\"", "\"aA\" \"b\"")]
    [InlineData(RecordType.CNAME, "www.Example.com", "www.example.com.")]
    [InlineData(RecordType.MX, "10 mail.example.com", "10 mail.example.com.")]
    [InlineData(RecordType.A, "192.0.2.1", "192.0.2.1")]
    [InlineData(RecordType.SRV, @"1 2 3 \052.example.com", "1 2 3 *.example.com.")]
    public void TryScan_ApiText_MeansTheNativeText(RecordType type, string value, string native)
    {
        Assert.True(Route53Rdata.TryScan(type, value, out byte[] rdata, out _));
        Assert.Equal(native, Route53Rdata.ToNative(type, rdata), ignoreCase: true);
    }

    [Theory]
    [InlineData(RecordType.A, "v", "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'v''")]
    [InlineData(RecordType.TXT, "bare", "Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with 'bare''")]
    public void TryScan_InvalidValue_SaysWhyInTheServicesWords(RecordType type, string value, string problem)
    {
        Assert.False(Route53Rdata.TryScan(type, value, out _, out string said));
        Assert.Equal(problem, said);
    }
}
