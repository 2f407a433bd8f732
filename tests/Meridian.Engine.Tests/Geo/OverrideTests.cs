using System.Net;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Geo;

public sealed class OverrideTests
{
    private static readonly PlaceDatabase Database = PlaceDatabase.Read(new MmdbWriter()
        .AddIPv4(0x0A000000, 8, new Dictionary<string, object> { ["country_code"] = "NL", ["autonomous_system_number"] = 64_500u })
        .AddIPv4(0x0A010000, 16, new Dictionary<string, object> { ["country_code"] = "DE", ["autonomous_system_number"] = 64_501u })
        .ToFile());

    [Fact]
    public void WithOverrides_None_IsTheSameDatabase() => Assert.Same(Database, Database.WithOverrides([]));

    [Fact]
    public void WithOverrides_ShorterThanTheFile_GoesOverTheFile()
    {
        PlaceDatabase corrected = With("10.0.0.0/7 FR");

        Assert.Equal(("FR", 64_501u), Find(corrected, "10.1.2.3"));
        Assert.Equal(("FR", null), Find(corrected, "11.0.0.1"));
        Assert.Equal((null, null), Find(corrected, "12.0.0.1"));
    }

    [Theory]
    [InlineData("10.0.0.0/8 FR", "10.1.0.0/16 JP", "10.1.2.0/24 US")]
    [InlineData("10.1.2.0/24 US", "10.1.0.0/16 JP", "10.0.0.0/8 FR")]
    [InlineData("10.1.0.0/16 JP", "::ffff:10.1.2.0/120 US", "10.0.0.0/8 FR")]
    public void WithOverrides_Nested_LongestWinsInAnyOrder(params string[] overrides)
    {
        PlaceDatabase corrected = With(overrides);

        Assert.Equal(["FR", "JP", "US", "JP"],
            new[] { "10.0.0.1", "10.1.0.1", "10.1.2.1", "10.1.3.1" }.Select(address => Find(corrected, address).Country));
    }

    [Fact]
    public void WithOverrides_WholeFamily_LeavesTheOtherAlone()
    {
        PlaceDatabase corrected = With("::/0 FR");

        Assert.Equal("FR", Find(corrected, "2001:db8::1").Country);
        Assert.Equal("NL", Find(corrected, "10.0.0.1").Country);
        Assert.Equal("US", Find(With("0.0.0.0/0 US"), "255.255.255.255").Country);
    }

    [Fact]
    public void WithOverrides_EachKindOfKey_SetsWhatItSays()
    {
        var spot = new Coordinates(1, 2);
        PlaceDatabase corrected = Database.WithOverrides(
        [
            Model("10.0.0.0/24", "EU", null), Model("10.0.1.0/24", "US-CA", spot),
            Model("10.0.2.0/24", "AS64999", null), Model("10.0.3.0/24", "country:NA", null),
        ]);
        Place At(string address) => corrected.Places[corrected.Find(Parse(address), out _)];

        Assert.Equal(new Place { Continent = "EU", AutonomousSystem = 64_500 }, At("10.0.0.1"));
        Assert.Equal(
            new Place { Continent = "NA", Country = "US", Subdivisions = ["US-CA"], Location = spot, AutonomousSystem = 64_500 },
            At("10.0.1.1"));
        Assert.Equal(new Place { Continent = "EU", Country = "NL", AutonomousSystem = 64_999 }, At("10.0.2.1"));
        Assert.Equal(new Place { Continent = "AF", Country = "NA", AutonomousSystem = 64_500 }, At("10.0.3.1"));
        Assert.Equal(Database.Granularity, corrected.Granularity);
        Assert.Equal(Database.Places, corrected.Places[..Database.Places.Length]);
    }

    [Fact]
    public void TryGetLocation_CountryOnly_IsTheCentroidAndSaysSo()
    {
        Assert.True(new Place { Country = "NL" }.TryGetLocation(out Coordinates middle, out bool isCentroid));
        Assert.Equal((new Coordinates(52.5, 5.75), true), (middle, isCentroid));

        Assert.True(new Place { Country = "NL", Location = new Coordinates(1, 2) }.TryGetLocation(out Coordinates exact, out isCentroid));
        Assert.Equal((new Coordinates(1, 2), false), (exact, isCentroid));

        Assert.False(Place.Unknown.TryGetLocation(out _, out _));
    }

    private static PlaceDatabase With(params string[] overrides) =>
        Database.WithOverrides([.. overrides.Select(text => Model(text.Split(' ')[0], text.Split(' ')[1], null))]);

    private static GeoOverrideModel Model(string network, string key, Coordinates? location)
    {
        Assert.True(PlaceKey.TryParse(key, out PlaceKey place));
        return new GeoOverrideModel(IPNetwork.Parse(network), place, location);
    }

    private static (string? Country, uint? System) Find(PlaceDatabase database, string address)
    {
        Place place = database.Places[database.Find(Parse(address), out _)];
        return (place.Country, place.AutonomousSystem);
    }

    private static ClientAddress Parse(string address) => ClientAddress.FromIPAddress(IPAddress.Parse(address));
}
