using Meridian.Engine.Geo;

namespace Meridian.Engine.Tests.Geo;

public sealed class HostileFileTests
{
    private static readonly byte[] MetadataMarker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    [Fact]
    public void Read_NoFileAtAll_SaysSo()
    {
        AssertInvalid([], "no metadata marker");
        AssertInvalid(new byte[1000], "no metadata marker");
        AssertInvalid(MetadataMarker, "ends outside its section");
    }

    [Theory]
    [InlineData("binary_format_major_version", 3UL, "format version 3")]
    [InlineData("record_size", 20UL, "record size of 20")]
    [InlineData("ip_version", 5UL, "IP version 5")]
    [InlineData("node_count", 0UL, "0 nodes")]
    [InlineData("node_count", 4_000_000_000UL, "4000000000 nodes")]
    [InlineData("node_count", 2_000_000_000UL, "cut off")]
    [InlineData("build_epoch", ulong.MaxValue, "no date")]
    public void Read_MetadataOutOfRange_SaysWhat(string key, ulong number, string message)
    {
        MmdbWriter writer = Sample();
        writer.Metadata[key] = number;

        AssertInvalid(writer.ToFile(), message);
    }

    [Fact]
    public void Read_MetadataWithoutANumber_NamesIt()
    {
        MmdbWriter writer = Sample();
        writer.Metadata.Remove("record_size");

        AssertInvalid(writer.ToFile(), "no number record_size");
    }

    [Fact]
    public void Read_TreeWithACycle_IsRefused()
    {
        var writer = new MmdbWriter(24, 4);
        // 128/1 leads to the node of 0/1, which is not the start of IPv4 in a file of version 4.
        writer.Add(0, 2, new Dictionary<string, object>()).Alias(UInt128.One << 127, 1, 0, 1);

        AssertInvalid(writer.ToFile(), "reached twice");
    }

    [Fact]
    public void Read_TreeDeeperThanAnAddress_IsRefused() =>
        AssertInvalid(new MmdbWriter(24, 4).Add(1, 40, new Dictionary<string, object>()).ToFile(), "deeper than an address");

    [Fact]
    public void Read_RecordNestedTooDeep_IsRefused()
    {
        object nested = Array.Empty<object>();
        for (int i = 0; i < 40; i++)
        {
            nested = new[] { nested };
        }
        AssertInvalid(WithRecord(nested), "deeper than 32");
    }

    [Fact]
    public void Read_RecordWithTooManyValues_IsRefused() =>
        AssertInvalid(WithRecord(Enumerable.Repeat((object)1u, 5000).ToArray()), "more than 4096 values");

    [Fact]
    public void Read_AnyTruncation_IsRefused()
    {
        byte[] file = Sample().ToFile();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => PlaceDatabase.Read(file.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(24, 1)]
    [InlineData(28, 2)]
    [InlineData(32, 3)]
    public void Read_RandomMutations_GiveADatabaseOrInvalidData(int recordBits, int seed)
    {
        var random = new Random(seed);
        byte[] original = Sample(recordBits).ToFile();
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] file = [.. original];
            for (int k = random.Next(1, 6); k > 0; k--)
            {
                int at = random.Next(file.Length);
                file[at] = random.Next(4) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)(file[at] ^ (1 << random.Next(8))),
                    2 => file[random.Next(file.Length)],
                    _ => 0xFF,
                };
            }
            try
            {
                PlaceDatabase database = PlaceDatabase.Read(file);
                database.Compile(new ushort[database.Places.Length]);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        // Both ends have to be reached for the run to mean anything.
        Assert.InRange(refused, 2_000, 19_000);
    }

    private static MmdbWriter Sample(int recordBits = 24) => new MmdbWriter(recordBits)
        .AddIPv4(0x0A000000, 8, new Dictionary<string, object> { ["country_code"] = "NL" })
        .Add((UInt128)0x2001 << 112, 20, new Dictionary<string, object>
        {
            ["country"] = new Dictionary<string, object> { ["iso_code"] = "US" },
            ["subdivisions"] = new object[] { new Dictionary<string, object> { ["iso_code"] = "CA" } },
            ["location"] = new Dictionary<string, object> { ["latitude"] = 37.5, ["longitude"] = -122.25f },
            ["autonomous_system_number"] = 64_500u,
        });

    private static byte[] WithRecord(object field) =>
        new MmdbWriter().AddIPv4(0x0A000000, 8, new Dictionary<string, object> { ["field"] = field }).ToFile();

    private static void AssertInvalid(byte[] file, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => PlaceDatabase.Read(file)).Message, StringComparison.Ordinal);
}
