using System.Text;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>The product's own executable, as built beside these tests, with the same master files as everybody else.</summary>
internal static class MeridianSetup
{
    public static ServerSetup Create(ServerPlace place)
    {
        StringBuilder configuration = new($$"""
            listen: {dns: ["{{place.Endpoint}}"], http: "off", threads: 1, udp-payload-size: 1232}
            zones:

            """);
        foreach (TestZone zone in place.Zones)
        {
            configuration.Append($"  \"{zone.Apex.Replace("\\", "\\\\", StringComparison.Ordinal)}\": {{file: \"{zone.FileName}\"}}\n");
        }
        return new ServerSetup(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "meridian.dll"), "serve", $"{place.Directory}/meridian.yaml"],
            new Dictionary<string, string> { ["meridian.yaml"] = configuration.ToString() });
    }
}
