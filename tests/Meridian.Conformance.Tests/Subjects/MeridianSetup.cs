using System.Text;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>The product's own executable, as built beside these tests, with the same master files as everybody else.</summary>
internal static class MeridianSetup
{
    // Relative to the configuration.
    private const string SecretFile = "cookies.secret";

    /// <summary>As the others of the fleet are set up.</summary>
    public static ServerSetup CreateForFleet(ServerPlace place) => Create(
        place, $"answering: {{nsid: {FleetIdentity.Name}, identity: {FleetIdentity.Name}, cookies: {{secret-file: {SecretFile}}}}}");

    /// <param name="place">Where it runs, with the zones' files.</param>
    /// <param name="settings">Further sections of the configuration.</param>
    /// <param name="threads">UDP threads.</param>
    public static ServerSetup Create(ServerPlace place, string settings = "", int threads = 1)
    {
        StringBuilder configuration = new($$"""
            listen: {dns: ["{{place.Endpoint}}"], http: "off", threads: {{threads}}, udp-payload-size: 1232}
            {{settings}}
            zones:

            """);
        foreach (TestZone zone in place.Zones)
        {
            configuration.Append($"  \"{zone.Apex.Replace("\\", "\\\\", StringComparison.Ordinal)}\": {{file: \"{zone.FileName}\"}}\n");
        }
        return new ServerSetup(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "meridian.dll"), "serve", $"{place.Directory}/meridian.yaml"],
            new Dictionary<string, string> { ["meridian.yaml"] = configuration.ToString(), [SecretFile] = FleetIdentity.CookieSecret });
    }
}
