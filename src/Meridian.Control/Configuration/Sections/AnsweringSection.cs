using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>answering</c>.</summary>
internal static partial class AnsweringSection
{
    private static readonly AnsweringModel Defaults = new();

    private static readonly SchemaKey<string?> NameServerId = new(
        "nsid",
        new TextValue("up to 64 printable ASCII characters", "fra-1", NameForm()),
        null,
        "Told to clients that ask which server answers them (NSID, RFC 5001). The same in every answer of this server.");

    private static readonly SchemaKey<string?> Identity = new(
        "identity",
        new TextValue("up to 255 printable ASCII characters", "edge 7", StringForm()),
        null,
        "Answer to `id.server` and `hostname.bind` in class CH (RFC 4892).")
    {
        DefaultText = "refused",
    };

    private static readonly SchemaKey<string?> Version = new(
        "version",
        new TextValue("up to 255 printable ASCII characters", "Meridian", StringForm()),
        null,
        "Answer to `version.server` and `version.bind` in class CH.")
    {
        DefaultText = "refused",
    };

    private static readonly SchemaKey<bool> FollowAliases = new(
        "follow-aliases",
        new ChoiceValue<bool>([("server", true), ("zone", false)]),
        Defaults.FollowsAcrossZones,
        "How far CNAME and DNAME are followed for one answer: to all zones of this server, or to the end of the zone.");

    private static readonly SchemaKey<bool> Minimal = new(
        "minimal-responses",
        new BooleanValue(),
        Defaults.IsMinimal,
        "Leave out the addresses of MX, SRV, SVCB and HTTPS targets. Glue, and the addresses of name servers asked for, always go along when they fit.");

    private static readonly SchemaKey Cookies = new(
        "cookies", "map, or `off`", "DNS cookies (RFC 7873, RFC 9018): a sender with a valid one has not forged its address.");

    private static readonly SchemaKey<int?> UnverifiedPayloadSize = new(
        "unverified-payload-size",
        new OptionalValue<int>(new IntegerValue(512, 4096)),
        null,
        "Largest UDP response in octets to a sender without a valid cookie.")
    {
        DefaultText = "as `listen.udp-payload-size`",
    };

    private static readonly SchemaKey<int?> Amplification = new(
        "amplification",
        new OptionalValue<int>(new IntegerValue(4, 100)),
        null,
        "Largest UDP response to a sender without a valid cookie, as a multiple of its query; longer ones are truncated.")
    {
        DefaultText = "no bound",
    };

    private static readonly SchemaKey RateLimit = new(
        "rate-limit", "map", "Response rate limiting: a budget of UDP responses per second for each client network.")
    {
        DefaultText = "no limit",
    };

    private const int MaxDecisionClients = 256;

    private static readonly SchemaKey<ImmutableArray<IPNetwork>> DecisionIds = new(
        "decision-ids",
        new ListValue<IPNetwork>(new NetworkValue(), "networks"),
        Defaults.DecisionIdClients,
        "Sources that are told an id of the decision when they ask with an extended error option (`dig +ednsopt=EDE`), for "
            + "`meridian explain --id`. It carries nothing that they do not know. At most 256 networks.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "answering",
        Summary = "How the server answers, whatever the zone: who it says it is, and what it grants to whom. Changes take effect with a reload.",
        Keys = [NameServerId, Identity, Version, FollowAliases, Minimal, Cookies, UnverifiedPayloadSize, Amplification, DecisionIds, RateLimit],
        Example = "answering:\n  nsid: fra-1\n  cookies: {secret-file: cookies.secret}\n  amplification: 10\n  rate-limit: {positive: 200, negative: 100, error: 50, slip: 2, exempt: [192.0.2.0/24]}",
    };

    public static AnsweringModel Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return Defaults;
        }
        return new AnsweringModel
        {
            NameServerId = map.Read(NameServerId),
            Identity = map.Read(Identity),
            Version = map.Read(Version),
            FollowsAcrossZones = map.Read(FollowAliases),
            IsMinimal = map.Read(Minimal),
            Cookies = map.Find(Cookies) switch
            {
                null => Defaults.Cookies,
                ScalarNode { Text: "off" } => Defaults.Cookies with { IsEnabled = false },
                { } cookies => CookieSection.Read(context, cookies, map.PathOf(Cookies)),
            },
            UnverifiedPayloadSize = map.Read(UnverifiedPayloadSize),
            Amplification = map.Read(Amplification),
            DecisionIdClients = ReadDecisionIds(map),
            RateLimit = map.Find(RateLimit) is { } limit ? RateLimitSection.Read(context, limit, map.PathOf(RateLimit)) : null,
        };
    }

    private static ImmutableArray<IPNetwork> ReadDecisionIds(MapReader map)
    {
        ImmutableArray<IPNetwork> networks = map.Read(DecisionIds);
        if (networks.Length > MaxDecisionClients)
        {
            map.Error(DecisionIds, $"{networks.Length} networks: at most {MaxDecisionClients} can be told decisions");
        }
        return networks;
    }

    [GeneratedRegex(@"^[\x20-\x7E]{1,64}\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[\x20-\x7E]{1,255}\z")]
    private static partial Regex StringForm();
}
