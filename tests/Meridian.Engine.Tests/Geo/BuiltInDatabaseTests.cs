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
    [InlineData("2001:200::", "JP", "AS")]
    [InlineData("2001:200:ffff:ffff:ffff:ffff:ffff:ffff", "JP", "AS")]
    [InlineData("2001:2f8::1", "JP", "AS")]
    [InlineData("2804::1", "BR", "SA")]
    public void Find_WellKnownNetwork_IsInItsCountry(string address, string country, string continent)
    {
        Place place = PlaceOf(Database, address);

        Assert.Equal((country, continent), (place.Country, place.Continent));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.0.1")]
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.0.0")]
    [InlineData("192.168.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    public void Find_AddressThatIsNowhere_IsUnknown(string address) => Assert.Equal(Place.Unknown, PlaceOf(Database, address));

    /// <summary>What docs/geo.md tells operators to do about an error of the file: correct it, and nothing around it.</summary>
    [Theory]
    [InlineData("8.8.8.0/24", "8.8.8.0", "8.8.8.255", "8.8.7.255", "8.8.9.0")]
    [InlineData("2001:200::/33", "2001:200::", "2001:200:7fff:ffff:ffff:ffff:ffff:ffff", "2001:1ff:ffff::", "2001:200:8000::")]
    [InlineData("192.168.0.0/16", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0")]
    public void WithOverrides_Network_ChangesItAndNothingAroundIt(string network, string first, string last, string before, string behind)
    {
        Assert.True(PlaceKey.TryParse("BR", out PlaceKey brazil));
        PlaceDatabase corrected = Database.WithOverrides([new GeoOverrideModel(IPNetwork.Parse(network), brazil, null)]);

        Assert.All([first, last], address =>
        {
            Assert.NotEqual("BR", PlaceOf(Database, address).Country);
            Assert.Equal(new Place { Country = "BR", Continent = "SA" }, PlaceOf(corrected, address));
        });
        Assert.All([before, behind], address => Assert.Equal(PlaceOf(Database, address), PlaceOf(corrected, address)));
    }

    /// <summary>Operators owe nothing for what the build gives them (ADR 4); a new version under another licence must not slip in.</summary>
    [Fact]
    public void Readme_BesideTheFile_PutsItInThePublicDomain()
    {
        string readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "geo", "country.mmdb.README.md"));

        Assert.Contains("Public Domain Dedication and license v1.0", readme, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("CC BY", readme, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Read_File_TellsCountriesApart()
    {
        Assert.Equal(PlaceGranularity.Country, Database.Granularity);
        Assert.Equal(Place.Unknown, Database.Places[0]);
        Assert.True(Database.Places.Length > 230);
        Assert.True(Database.BuildDate > new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        // AP is no country but what a registry wrote for "Asia and Pacific" (docs/geo.md): it names no continent either.
        Assert.Equal(["AP"], Database.Places.Where(place => place.Continent is null).Select(place => place.Country).OfType<string>());
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
        Assert.InRange(map.PrefixCount, 100_000, 1_000_000);
    }

    private static Place PlaceOf(PlaceDatabase database, string address) =>
        database.Places[database.Find(ClientAddress.FromIPAddress(IPAddress.Parse(address)), out _)];
}
