using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Geo;

public sealed class TableTests
{
    [Fact]
    public void Countries_All_AreWellFormed()
    {
        Assert.Equal(250, CountryTable.All.Length);
        Assert.Equal(CountryTable.All.Length, CountryTable.All.Select(country => country.Code).Distinct().Count());
        string[] codes = [.. CountryTable.All[..249].Select(country => country.Code)];
        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
        Assert.All(CountryTable.All, country =>
        {
            Assert.Matches("^[A-Z]{2}$", country.Code);
            Assert.True(CountryTable.IsContinent(country.Continent));
            Assert.NotEmpty(country.Name);
            AssertOnEarth(country.Centroid);
        });
    }

    [Theory]
    [InlineData("NL", "EU")]
    [InlineData("RU", "EU")]
    [InlineData("CY", "AS")]
    [InlineData("TR", "AS")]
    [InlineData("MX", "NA")]
    [InlineData("CO", "SA")]
    [InlineData("EG", "AF")]
    [InlineData("NZ", "OC")]
    [InlineData("AQ", "AN")]
    public void TryFind_Country_HasTheContinentOfM49(string code, string continent)
    {
        Assert.True(CountryTable.TryFind(code, out Country country));
        Assert.Equal(continent, country.Continent);
    }

    [Fact]
    public void TryFind_NoCountry_IsFalse()
    {
        Assert.False(CountryTable.TryFind("XX", out _));
        Assert.False(CountryTable.TryFind("nl", out _));
    }

    [Fact]
    public void CloudRegions_All_AreWellFormedAndInTheirCountry()
    {
        Assert.Equal(CloudRegions.All.Length, CloudRegions.Codes.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(CloudRegions.All, region =>
        {
            Assert.Matches("^(aws|gcp|azure):[a-z0-9-]+$", region.Code);
            AssertOnEarth(region.Location);
            Assert.True(CountryTable.TryFind(region.Country, out Country country));
            // A swapped sign or a slip of a digit lands in another country. Large ones reach this far from their middle.
            double reach = country.Code switch
            {
                "US" or "CA" or "AU" or "BR" or "CN" => 3600,
                "IN" or "ID" or "ZA" or "CL" or "JP" or "MX" or "MY" => 1700,
                _ => 900,
            };
            Assert.InRange(GreatCircle.DistanceKm(region.Location, country.Centroid), 0, reach);
        });
    }

    [Theory]
    [InlineData("aws:eu-west-1", "IE")]
    [InlineData("gcp:europe-west1", "BE")]
    [InlineData("azure:westeurope", "NL")]
    [InlineData("AWS:US-EAST-1", "US")]
    public void TryFind_CloudRegion_IsFoundInAnyCase(string code, string country)
    {
        Assert.True(CloudRegions.TryFind(code, out CloudRegion region));
        Assert.Equal(country, region.Country);
    }

    [Fact]
    public void TryFind_NoCloudRegion_IsFalse() => Assert.False(CloudRegions.TryFind("aws:eu-west-9", out _));

    [Theory]
    [InlineData(0, 0, 0, 90, 10_007.6)]
    [InlineData(90, 0, -90, 0, 20_015.1)]
    [InlineData(0, 179, 0, -179, 222.4)]
    [InlineData(52.37, 4.90, 35.68, 139.77, 9_290)]
    [InlineData(10, 20, 10, 20, 0)]
    public void DistanceKm_KnownPairs_IsRight(double latitude1, double longitude1, double latitude2, double longitude2, double expected)
    {
        double distance = GreatCircle.DistanceKm(new Coordinates(latitude1, longitude1), new Coordinates(latitude2, longitude2));

        Assert.InRange(distance, (expected * 0.995) - 0.1, (expected * 1.005) + 0.1);
    }

    private static void AssertOnEarth(Coordinates point)
    {
        Assert.InRange(point.Latitude, -90, 90);
        Assert.InRange(point.Longitude, -180, 180);
    }
}
