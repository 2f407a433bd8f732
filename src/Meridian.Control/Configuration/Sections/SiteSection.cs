using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>sites</c>.</summary>
internal static class SiteSection
{
    private static readonly SchemaKey<string?> Near = new(
        "near",
        new CloudRegionValue(),
        null,
        "The cloud region that it is in or near; gives the coordinates when none are written.");

    private static readonly SchemaKey<string?> Country = new(
        "country", new CountryValue(), null, "The country that it stands in.");

    private static readonly SchemaKey<double?> Capacity = new(
        "capacity",
        new OptionalValue<double>(new NumberValue(0, double.PositiveInfinity, 60000)),
        null,
        "What it can serve, in a unit of your choice (requests/s, Mbit/s).");

    private static readonly SchemaKey<double?> Cost = new(
        "cost",
        new OptionalValue<double>(new NumberValue(0, double.PositiveInfinity, 0.8)),
        null,
        "What serving from it costs, in a unit of your choice.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "sites.<name>",
        Summary = "A named place that serves traffic: a region, a datacenter, a CDN.",
        Keys = [Near, CoordinateKeys.Latitude, CoordinateKeys.Longitude, Country, Capacity, Cost],
        Example =
            """
            sites:
              eu: {near: "aws:eu-west-1", capacity: 60000}
              ap: {latitude: 35.68, longitude: 139.77, country: JP}
            """,
    };

    public static SiteModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        string? near = map.Read(Near);
        Coordinates? written = CoordinateKeys.Read(map);
        return new SiteModel
        {
            Name = name,
            Near = near,
            Location = written ?? (near is null ? null : context.Options.CloudRegions?.Find(near)),
            Country = map.Read(Country),
            Capacity = map.Read(Capacity),
            Cost = map.Read(Cost),
        };
    }
}

/// <summary>The code of a cloud region, with its provider.</summary>
/// <param name="takesBareCodes">A code without a provider is one of AWS, as the Route 53 API writes them.</param>
internal sealed partial class CloudRegionValue(bool takesBareCodes = false) : ScalarReader<string?>
{
    public override string Description => takesBareCodes ? "a cloud region (eu-west-1, gcp:…)" : "a cloud region (aws:…, gcp:… or azure:…)";

    public override string Example => takesBareCodes ? "eu-west-1" : "aws:eu-west-1";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out string? value, out ReadProblem problem)
    {
        text = takesBareCodes && !text.Contains(':', StringComparison.Ordinal) ? $"aws:{text}" : text;
        value = text;
        CloudRegionSource? regions = context.Options.CloudRegions;
        string? nearest = regions is null ? null : context.Nearest(text, regions.Codes);
        if (!Form().IsMatch(text))
        {
            problem = new ReadProblem(null, nearest);
            return false;
        }
        problem = new ReadProblem(
            $"'{text}' is not a known cloud region; write its latitude and longitude instead", nearest);
        return regions is null || regions.Find(text) is not null;
    }

    [GeneratedRegex(@"^(aws|gcp|azure):[a-z0-9-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
