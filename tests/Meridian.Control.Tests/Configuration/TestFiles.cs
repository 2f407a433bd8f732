using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Loads documents from memory at a fixed time, with a small table of cloud regions.</summary>
internal static class TestFiles
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly CloudRegionSource Regions = new(
        code => code switch
        {
            "aws:eu-west-1" => new Coordinates(53.35, -6.26),
            "aws:us-east-1" => new Coordinates(38.95, -77.45),
            _ => null,
        },
        ["aws:eu-west-1", "aws:us-east-1"]);

    public static ConfigurationLoaderOptions Options { get; } = new() { Time = new FixedTime(Now), CloudRegions = Regions };

    public static MemoryConfigurationFiles Files(string root, params (string Path, string Text)[] files) => new(
        files.ToImmutableSortedDictionary(
            file => file.Path, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Text), StringComparer.Ordinal),
        root);

    public static LoadResult Load(string text) => LoadAll("m.yaml", ("m.yaml", text));

    public static LoadResult LoadAll(string root, params (string Path, string Text)[] files) =>
        new ConfigurationLoader(Files(root, files), Options).Load(root);

    /// <summary>The errors as lines of text, or a fixed word when there are none.</summary>
    public static string[] Errors(LoadResult result) => [.. result.Errors.Select(error => error.ToString())];

    /// <summary>A document that is valid as it stands, with its last section open for more zones' records.</summary>
    public const string Base =
        """
        sites:
          eu: {near: "aws:eu-west-1"}
        monitors:
          web: {type: http}
        pools:
          web-eu: {site: eu, monitor: web, members: [{address: 192.0.2.1}]}
          web-us: {members: [{address: 192.0.2.2}]}
          cdn: {members: [{hostname: a.cdn.example.}]}
        policies:
          www: {failover: [web-eu, web-us]}
          cdn-name: {pool: cdn}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}

        """;

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
