using System.Net;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Geo;

/// <summary>The database that the build brings, as geo/package-lock.json pins it.</summary>
public sealed class BuiltInDatabaseTests
{
    private static readonly PlaceDatabase Database = PlaceDatabase.Read(GeoFiles.BuiltIn);

    [Theory]
    [InlineData("193.0.6.0", "NL", "EU")]
    [InlineData("193.0.6.255", "NL", "EU")]
    [InlineData("8.8.8.8", "US", "NA")]
    [InlineData("200.160.0.0", "BR", "SA")]
    [InlineData("2001:240::1", "JP", "AS")]
    [InlineData("2001:2f8::1", "JP", "AS")]
    [InlineData("2804::1", "BR", "SA")]
    public void Find_WellKnownNetwork_IsInItsCountry(string address, string country, string continent)
    {
        Place place = PlaceOf(Database, address);

        Assert.Equal((country, continent), (place.Country, place.Continent));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    public void Find_AddressThatIsNowhere_IsUnknown(string address) => Assert.Equal(Place.Unknown, PlaceOf(Database, address));

    /// <summary>
    /// The pinned file takes APNIC's own registration of 2001:200::/28 (Australia) for those of the networks in it
    /// (docs/geo.md, "Known errors"). Correcting such errors is what overrides are for.
    /// </summary>
    [Fact]
    public void WithOverrides_KnownErrorOfTheFile_IsCorrected()
    {
        Assert.True(PlaceKey.TryParse("JP", out PlaceKey japan));
        PlaceDatabase corrected = Database.WithOverrides([new GeoOverrideModel(IPNetwork.Parse("2001:200::/32"), japan, null)]);

        Assert.Equal(new Place { Country = "JP", Continent = "AS" }, PlaceOf(corrected, "2001:200::1"));
        Assert.Equal(PlaceOf(Database, "2001:201::1"), PlaceOf(corrected, "2001:201::1"));
    }

    [Fact]
    public void Read_File_TellsCountriesApart()
    {
        Assert.Equal(PlaceGranularity.Country, Database.Granularity);
        Assert.Equal(Place.Unknown, Database.Places[0]);
        Assert.True(Database.Places.Length > 240);
        Assert.True(Database.BuildDate > new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        // Withdrawn and reserved codes have no continent; more than a few would mean a schema that is not understood.
        Assert.True(Database.Places.Count(place => place.Country is not null && place.Continent is null) <= 3);
    }

    [Fact]
    public void Compile_Partition_AgreesWithTheDatabaseEverywhere()
    {
        ushort[] partition = [.. Database.Places.Select(place => place switch
        {
            { Country: "JP" } => (ushort)3,
            { Country: "US" } => (ushort)2,
            { Continent: "EU" } => (ushort)1,
            _ => (ushort)0,
        })];
        GeoMap map = Database.Compile(partition);
        map.Visit((network, length, classIndex) =>
        {
            int hostBits = (network.IsIPv4 ? 32 : 128) - length;
            UInt128 bits = hostBits == 0 ? 0 : UInt128.MaxValue >> (128 - hostBits);
            var last = new ClientAddress(network.High | (ulong)(bits >> 64), network.Low | (ulong)bits);
            Assert.Equal(classIndex, partition[Database.Find(network, out int longest)]);
            Assert.True(length <= longest);
            Assert.Equal(classIndex, partition[Database.Find(last, out _)]);
            Assert.Equal((classIndex, length), (map.Find(network, out int scope), scope));
            Assert.Equal((classIndex, length), (map.Find(last, out scope), scope));
        });
        Assert.True(map.PrefixCount < 1_000_000);
    }

    private static Place PlaceOf(PlaceDatabase database, string address) =>
        database.Places[database.Find(ClientAddress.FromIPAddress(IPAddress.Parse(address)), out _)];
}
