using System.Collections.Immutable;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Names;
using Meridian.Dns.Tsig;

namespace Meridian.Conformance.Tests.Updates;

/// <summary>Meridian from a store and BIND, both with a key that may change a zone of their own.</summary>
public sealed class UpdateSubjects : IAsyncLifetime
{
    public const string Zone = "update.test.";

    private static readonly TestZone Content = new(
        Zone, "$TTL 60\n@ SOA ns1 host 1 7200 900 1209600 60\n@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\nns2 A 192.0.2.54\n");

    /// <summary>May change everything.</summary>
    public static TsigKey Key { get; } = new(DomainName.Parse("update-key."), TsigAlgorithm.HmacSha256, "an update secret, 32 octets long!"u8);

    public ImmutableArray<ISubject> All { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        List<Task<ServerSubject>> starting = [];
        foreach (SubjectKind kind in SubjectSelection.Read())
        {
            Func<ServerPlace, ServerSetup>? setUp = kind switch
            {
                SubjectKind.Meridian => Meridian,
                SubjectKind.Bind => Bind,
                _ => null,
            };
            if (setUp is not null)
            {
                starting.Add(ServerSubject.StartAsync(kind, [Content], setUp, TestContext.Current.CancellationToken));
            }
        }
        All = [.. await Task.WhenAll(starting)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ISubject subject in All)
        {
            await subject.DisposeAsync();
        }
    }

    private static string Secret => Convert.ToBase64String("an update secret, 32 octets long!"u8);

    private static ServerSetup Meridian(ServerPlace place)
    {
        string settings = "update-keys: {update-key: {secret-file: update.key, per-second: 1000, allow: [{zones: [update.test], names: [\"*\"]}, "
            + "{zones: [update.test], names: [\"*\"], types: [NS, SOA]}]}}";
        ServerSetup setup = MeridianSetup.Create(place, settings);
        return new ServerSetup(
            [.. setup.Command, "--store", $"{place.Directory}/store"],
            new Dictionary<string, string>(setup.Files)
            {
                // The records come from a master file, which is the files' where nothing else is said.
                ["meridian.yaml"] = setup.Files["meridian.yaml"].Replace(".zone\"}", ".zone\", owners: {\"*\": any}}", StringComparison.Ordinal),
                ["update.key"] = Secret,
            });
    }

    private static ServerSetup Bind(ServerPlace place)
    {
        ServerSetup setup = BindSetup.Create(place);
        string key = $"key \"update-key\" {{ algorithm hmac-sha256; secret \"{Secret}\"; }};\n";
        return setup with
        {
            Files = new Dictionary<string, string>
            {
                ["named.conf"] = key + setup.Files["named.conf"].Replace(
                    "{ type primary;", "{ type primary; allow-update { key update-key; };", StringComparison.Ordinal),
            },
        };
    }
}
