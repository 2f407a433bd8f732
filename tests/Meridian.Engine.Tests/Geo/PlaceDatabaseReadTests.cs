using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Geo;

public sealed class PlaceDatabaseReadTests
{
    private static readonly Dictionary<string, object> Netherlands = new() { ["country_code"] = "NL" };
    private static readonly UInt128 SixToFour = (UInt128)0x2002 << 112;
    private static readonly UInt128 Mapped = (UInt128)0xFFFF << 32;

    [Theory]
    [InlineData(24, 4)]
    [InlineData(28, 4)]
    [InlineData(32, 4)]
    [InlineData(24, 6)]
    [InlineData(28, 6)]
    [InlineData(32, 6)]
    public void Read_EveryRecordSize_FindsPlaceAndPrefix(int recordBits, int ipVersion)
    {
        PlaceDatabase database = PlaceDatabase.Read(new MmdbWriter(recordBits, ipVersion).AddIPv4(0xC1000600, 24, Netherlands).ToFile());

        Assert.Equal(("NL", 24), Find(database, "193.0.6.139"));
        Assert.Equal((null, 24), Find(database, "193.0.7.1"));
        Assert.Equal("test (sample)", database.Description);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_750_000_000), database.BuildDate);
    }

    [Fact]
    public void Read_FlatCitySchema_KeepsCountryAndCoordinates()
    {
        Place place = ReadOne(new()
        {
            ["city"] = "Amsterdam",
            ["country_code"] = "nl",
            ["latitude"] = 52.25f,
            ["longitude"] = 4.75f,
            ["state1"] = "North Holland",
        }, out PlaceGranularity granularity);

        Assert.Equal(new Place { Continent = "EU", Country = "NL", Location = new Coordinates(52.25, 4.75) }, place);
        Assert.Equal(PlaceGranularity.Country | PlaceGranularity.Coordinates, granularity);
    }

    [Fact]
    public void Read_NestedSchema_KeepsAllThatSteeringUses()
    {
        Place place = ReadOne(new()
        {
            ["continent"] = new Dictionary<string, object> { ["geoname_id"] = 6_255_148u, ["code"] = "EU" },
            ["country"] = new Dictionary<string, object> { ["is_in_european_union"] = false, ["iso_code"] = "GB" },
            ["registered_country"] = new Dictionary<string, object> { ["iso_code"] = "US" },
            ["subdivisions"] = new object[]
            {
                new Dictionary<string, object> { ["iso_code"] = "ENG" },
                new Dictionary<string, object> { ["iso_code"] = "LND", ["names"] = new Dictionary<string, object> { ["en"] = "London" } },
            },
            ["location"] = new Dictionary<string, object> { ["accuracy_radius"] = (ushort)20, ["latitude"] = 51.5, ["longitude"] = -0.1 },
            ["raw"] = new byte[300],
        }, out PlaceGranularity granularity);

        Assert.Equal(
            new Place { Continent = "EU", Country = "GB", Subdivisions = ["GB-ENG", "GB-LND"], Location = new Coordinates(51.5, -0.1) },
            place);
        Assert.Equal(PlaceGranularity.Country | PlaceGranularity.Subdivision | PlaceGranularity.Coordinates, granularity);
    }

    [Fact]
    public void Read_AutonomousSystemSchema_KeepsTheNumber()
    {
        Place place = ReadOne(
            new() { ["autonomous_system_number"] = 64_500u, ["autonomous_system_organization"] = "Example" },
            out PlaceGranularity granularity);

        Assert.Equal(new Place { AutonomousSystem = 64_500 }, place);
        Assert.Equal(PlaceGranularity.AutonomousSystem, granularity);
    }

    [Theory]
    [InlineData("ZZ")]
    [InlineData("")]
    [InlineData("N")]
    [InlineData("N1")]
    [InlineData("NLD")]
    [InlineData("é")]
    public void Read_NoCountryCode_IsUnknown(string code) =>
        Assert.Equal(Place.Unknown, ReadOne(new() { ["country_code"] = code }, out _));

    [Fact]
    public void Read_ValuesOfOtherTypesOrRanges_SayNothing() => Assert.Equal(Place.Unknown, ReadOne(new()
    {
        ["country_code"] = 7u,
        ["continent"] = "EU",
        ["subdivisions"] = "CA",
        ["location"] = new object[] { 1.0, 2.0 },
        ["latitude"] = double.NaN,
        ["longitude"] = 181.0,
        ["autonomous_system_number"] = 1UL << 32,
    }, out _));

    [Fact]
    public void Read_RecordsThatDifferInNothingUsed_AreOnePlace()
    {
        PlaceDatabase database = PlaceDatabase.Read(new MmdbWriter()
            .AddIPv4(0x0A000000, 8, new Dictionary<string, object> { ["country_code"] = "NL", ["city"] = "Amsterdam" })
            .AddIPv4(0x0B000000, 8, new Dictionary<string, object> { ["country_code"] = "NL", ["city"] = "Utrecht" })
            .ToFile());

        Assert.Equal([Place.Unknown, new Place { Continent = "EU", Country = "NL" }], database.Places);
    }

    [Theory]
    [InlineData(3_000, 1)]
    [InlineData(600_000, 1)]
    [InlineData(70_000, 2)]
    public void Read_LargeDataSection_FollowsPointersOfEveryWidth(int padding, int networks)
    {
        var writer = new MmdbWriter(32);
        for (int i = 0; i < networks; i++)
        {
            // Fills the data, so that the next record's texts are far behind its start.
            writer.AddIPv4((uint)(i + 1) << 24, 8, new Dictionary<string, object> { [$"padding{i}"] = new string('x', padding) });
        }
        PlaceDatabase database = PlaceDatabase.Read(writer.AddIPv4(0xC1000000, 8, Netherlands).ToFile());

        Assert.Equal(("NL", 8), Find(database, "193.0.6.139"));
        Assert.Null(Find(database, "1.0.0.1").Country);
    }

    [Fact]
    public void Read_AliasesOfIPv4_AreNotWalkedAgain()
    {
        PlaceDatabase database = PlaceDatabase.Read(new MmdbWriter()
            .AddIPv4(0xC1000600, 24, Netherlands)
            .Add((UInt128)0x2001_0200 << 96, 32, new Dictionary<string, object> { ["country_code"] = "JP" })
            .Alias(Mapped, 96, 0, 96)
            .Alias(SixToFour, 16, 0, 96)
            .ToFile());

        Assert.Equal(("NL", 24), Find(database, "193.0.6.1"));
        Assert.Equal(("NL", 24), Find(database, "::ffff:193.0.6.1"));
        Assert.Equal((null, 16), Find(database, "2002:c100:601::1"));
        Assert.Equal((null, 96), Find(database, "::c100:601"));
        Assert.Equal(("JP", 32), Find(database, "2001:200::1"));
        Assert.Equal(2, database.Compile([0, 0, 1]).PrefixCount - 32);
    }

    [Fact]
    public void Read_IPv4OnlyWhereItIsMapped_IsFound()
    {
        PlaceDatabase database = PlaceDatabase.Read(new MmdbWriter().Add(Mapped | 0xC1000600, 120, Netherlands).ToFile());

        Assert.Equal(("NL", 24), Find(database, "193.0.6.1"));
    }

    private static Place ReadOne(Dictionary<string, object> record, out PlaceGranularity granularity)
    {
        PlaceDatabase database = PlaceDatabase.Read(new MmdbWriter().AddIPv4(0x0A000000, 8, record).ToFile());
        granularity = database.Granularity;
        return database.Places[database.Find(ClientAddress.FromIPv4(0x0A000001), out _)];
    }

    private static (string? Country, int Length) Find(PlaceDatabase database, string address)
    {
        int place = database.Find(ClientAddress.FromIPAddress(System.Net.IPAddress.Parse(address)), out int length);
        return (database.Places[place].Country, length);
    }
}
