using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>load</c>.</summary>
internal static class LoadSection
{
    private static readonly SchemaKey<string?> File = new(
        "file",
        new TextValue("the path of a text file", "/run/meridian/load.txt"),
        null,
        "Lines of a subject (a pool or a site), a metric and a number. Read every second while serving; its values are no part of the "
            + "configuration. A relative path is relative to the file that names it.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<TimeSpan> MaxAge = new(
        "max-age",
        new DurationValue(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        TimeSpan.FromMinutes(1),
        "A file that was not written for longer says nothing: no load is known then.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "load",
        Summary = "Where load readings come from, for `shed`, `spill` and `cheapest` nodes.",
        Keys = [File, MaxAge],
        Example = "load: {file: /run/meridian/load.txt, max-age: 30s}",
    };

    public static LoadModel? Read(ReadContext context, ConfigNode node, string path) =>
        MapReader.Open(context, node, path, Schema) is { } map && map.Read(File) is { } file
            ? new LoadModel(context.ResolvePath(map.PositionOf(File), file), map.Read(MaxAge))
            : null;
}
