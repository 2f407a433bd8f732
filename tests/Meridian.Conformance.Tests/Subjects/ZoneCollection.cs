using System.Collections.Immutable;
using Meridian.Conformance.Tests.Differential;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>
/// The hand-written zones beside the program (<c>Zones/example.test.zone</c> is the zone <c>example.test.</c>), and those made from
/// the differential run's seed.
/// </summary>
internal static class ZoneCollection
{
    public static ImmutableArray<TestZone> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Zones"), "*.zone")
            .Order(StringComparer.Ordinal)
            .Select(path => new TestZone(ApexOf(path), File.ReadAllText(path))),
        .. ZoneGenerator.Generate(DifferentialOptions.ReadSeed()),
    ];

    // `root.zone` would be the root; every other name is its apex without the final dot.
    private static string ApexOf(string path) => Path.GetFileNameWithoutExtension(path) + ".";
}
