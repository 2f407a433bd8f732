using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>monitors</c>.</summary>
internal static partial class MonitorSection
{
    private static readonly MonitorModel Defaults = new() { Name = "", Type = MonitorType.Http, Port = 80 };

    private static readonly SchemaKey<MonitorType?> Type = new(
        "type",
        new OptionalValue<MonitorType>(new ChoiceValue<MonitorType>(
            [
                ("http", MonitorType.Http), ("https", MonitorType.Https), ("tcp", MonitorType.Tcp), ("tls", MonitorType.Tls),
                ("dns", MonitorType.Dns), ("grpc", MonitorType.Grpc), ("icmp", MonitorType.Icmp), ("script", MonitorType.Script),
                ("push", MonitorType.Push), ("prometheus", MonitorType.Prometheus), ("calculated", MonitorType.Calculated),
            ])),
        null,
        "How it asks.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<int?> Port = new(
        "port",
        new OptionalValue<int>(new IntegerValue(1, 65535)),
        null,
        "Where it connects to. A member's own port wins.")
    {
        DefaultText = "80 for http, 443 for https and tls, 53 for dns; tcp and grpc must state it",
    };

    private static readonly SchemaKey<string?> RequestPath = new(
        "path",
        new TextValue("a path that begins with '/'", "/healthz", RequestTarget()),
        Defaults.Path,
        "Request target, with its query if there is one (http, https).");

    private static readonly SchemaKey<string?> Host = new(
        "host", new TextValue("a host name", "www.example.com", HostName()), null, "Host header, SNI and the certificate's name (http, https, tls, grpc).")
    {
        DefaultText = "the member's address",
    };

    private static readonly SchemaKey<MethodChoice> Method = new(
        "method",
        new ChoiceValue<MethodChoice>([("GET", MethodChoice.Get), ("HEAD", MethodChoice.Head), ("OPTIONS", MethodChoice.Options), ("POST", MethodChoice.Post)]),
        MethodChoice.Get,
        "Request method (http, https).");

    private static readonly SchemaKey<string?> Content = new(
        "content", new TextValue("a text of up to 4096 characters", "'{\"probe\":true}'", ContentText()), null, "What a POST sends, in UTF-8 (http, https). Its type is a header.")
    {
        DefaultText = "nothing",
    };

    private static readonly SchemaKey Headers = new(
        "headers", "map of texts", "Additional request headers (http, https, grpc, prometheus).");

    private static readonly SchemaKey Expect = new("expect", "map", "What counts as up (http, https).")
    {
        DefaultText = "`{status: [200-299]}`",
    };

    private static readonly SchemaKey Redirects = new("redirects", "map", "Follow answers that send the probe elsewhere (http, https).")
    {
        DefaultText = "none are followed",
    };

    private static readonly SchemaKey<bool> Http2 = new(
        "http2", new BooleanValue(), false, "Speak HTTP/2: by ALPN for https, with prior knowledge for http.");

    private static readonly SchemaKey<string?> Send = new(
        "send", new TextValue("a text", "\"PING\\r\\n\""), null, "Sent once the connection stands (tcp, tls).")
    {
        DefaultText = "nothing",
    };

    private static readonly SchemaKey<bool> SkipVerify = new(
        "skip-verify",
        new BooleanValue(),
        false,
        "Accept any certificate (https, tls, grpc, prometheus). Shown loudly wherever the monitor is.");

    private static readonly SchemaKey<bool> ServerName = new(
        "sni", new BooleanValue(), true, "Whether the TLS handshake says which name is meant (https). `false` needs `skip-verify`: there is no name to look for in the certificate.");

    private static readonly SchemaKey<TimeSpan> Interval = new(
        "interval",
        new DurationValue(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        Defaults.Interval,
        "From the start of one probe to the start of the next.");

    private static readonly SchemaKey<TimeSpan> Timeout = new(
        "timeout",
        new DurationValue(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
        Defaults.Timeout,
        "One deadline over connect, TLS, first byte and body; at most the interval.")
    {
        DefaultText = $"`{DurationText.Format(Defaults.Timeout)}`, or the interval when that is shorter",
    };

    private static readonly SchemaKey<int> Rise = new(
        "rise", new IntegerValue(1, 100), Defaults.Rise, "Successes in a row that bring a member up.");

    private static readonly SchemaKey<int> Fall = new(
        "fall", new IntegerValue(1, 100), Defaults.Fall, "Failures in a row that take a member down.");

    private static readonly SchemaKey Confirm = new(
        "confirm", "map", "A burst of probes after a first failure, so that a verdict falls within a second of it.")
    {
        DefaultText = "none: `fall` regular probes decide",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "monitors.<name>",
        Summary = "The definition of a health check. Pools name the monitor that checks their members.",
        Keys =
        [
            Type, Port, RequestPath, Host, Method, Content, Headers, Expect, Redirects, Http2, Send, SkipVerify, ServerName, .. MonitorConnectionKeys.All,
            .. MonitorKindKeys.All, .. StandingKeys.All, Interval, Timeout, Rise, Fall, Confirm, .. JudgingKeys.All, .. QuorumKeys.All,
        ],
        Example =
            """
            monitors:
              web:
                type: https
                path: /healthz
                host: www.example.com
                expect: {status: [200-299], body: '"ready":true'}
                interval: 10s
                timeout: 3s
            """,
    };

    private static readonly SchemaKey[] Everywhere = [Type, .. StandingKeys.All, Interval, Timeout, Rise, Fall, Confirm, .. JudgingKeys.All, .. QuorumKeys.All];

    // What each type has beyond what all have.
    private static readonly FrozenDictionary<MonitorType, SchemaKey[]> KeysOfType = new Dictionary<MonitorType, SchemaKey[]>
    {
        [MonitorType.Http] = [Port, RequestPath, Host, Method, Content, Headers, Expect, Redirects, Http2, MonitorConnectionKeys.Source],
        [MonitorType.Https] = [Port, RequestPath, Host, Method, Content, Headers, Expect, Redirects, Http2, SkipVerify, ServerName, .. MonitorConnectionKeys.All],
        [MonitorType.Tcp] = [Port, Send, Expect, MonitorConnectionKeys.Source],
        [MonitorType.Tls] = [Port, Host, Send, Expect, SkipVerify, .. MonitorConnectionKeys.All],
        [MonitorType.Dns] = [Port, MonitorConnectionKeys.Source, MonitorKindKeys.Query],
        [MonitorType.Grpc] = [Port, Host, Headers, SkipVerify, MonitorKindKeys.Service, MonitorKindKeys.Tls, .. MonitorConnectionKeys.All],
        [MonitorType.Icmp] = [MonitorConnectionKeys.Source],
        [MonitorType.Script] = [Port, Expect, MonitorKindKeys.Command],
        [MonitorType.Push] = [MonitorKindKeys.Token, MonitorKindKeys.TimeToLive],
        [MonitorType.Prometheus] = [Port, Headers, SkipVerify, MonitorKindKeys.Url, MonitorKindKeys.PromQl, MonitorKindKeys.Is, .. MonitorConnectionKeys.All],
        [MonitorType.Calculated] = [MonitorKindKeys.Of, MonitorKindKeys.AtLeast],
    }.ToFrozenDictionary();

    private enum MethodChoice
    {
        Get,
        Head,
        Options,
        Post,
    }

    public static MonitorModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        MonitorType? type = map.Read(Type);
        TimeSpan interval = map.Read(Interval);
        ExpectModel expect = map.Find(Expect) is { } expected
            ? ExpectSection.Read(context, expected, map.PathOf(Expect), type ?? MonitorType.Http)
            : new ExpectModel();
        MethodChoice method = map.Read(Method);
        if (type is { } known)
        {
            CheckApplies(map, known);
        }
        if (method == MethodChoice.Head && expect.Body is not null)
        {
            map.Error(Method, "a HEAD request has no body to look into: use GET, or leave out expect.body");
        }
        if (map.Has(Content) && method != MethodChoice.Post)
        {
            map.Error(Content, "only a POST sends content: write 'method: POST'");
        }
        if (!map.Read(ServerName) && (!map.Read(SkipVerify) || map.Read(Http2)))
        {
            map.Error(ServerName, map.Read(Http2) ? "HTTP/2 needs the name (RFC 9113 §9.2)" : "without a name no certificate can be verified: 'sni: false' takes 'skip-verify: true'");
        }
        TimeSpan timeout = ReadTimeout(map, interval);
        MonitorModel monitor = new()
        {
            Name = name,
            Type = type ?? MonitorType.Http,
            Port = map.Read(Port) ?? DefaultPort(type),
            Path = map.Read(RequestPath) ?? Defaults.Path,
            Host = map.Read(Host),
            Method = method.ToString().ToUpperInvariant(),
            Content = map.Read(Content),
            Headers = ReadHeaders(map),
            ExpectedStatus = expect.Status,
            ExpectedBody = expect.Body,
            ExpectedBodyWithin = expect.BodyWithin,
            SendsServerName = map.Read(ServerName),
            Redirects = map.Find(Redirects) is { } redirects ? RedirectSection.Read(context, redirects, map.PathOf(Redirects)) : null,
            IsHttp2 = map.Read(Http2),
            Send = map.Read(Send),
            ExpectedText = expect.Text,
            SkipVerify = map.Read(SkipVerify),
            Interval = interval,
            Timeout = timeout,
            Rise = map.Read(Rise),
            Fall = map.Read(Fall),
            Confirm = map.Find(Confirm) is { } confirm ? ConfirmSection.Read(context, confirm, map.PathOf(Confirm), timeout) : null,
        };
        monitor = StandingKeys.Read(map, monitor);
        return QuorumKeys.Read(map, JudgingKeys.Read(map, MonitorKindKeys.Read(map, MonitorConnectionKeys.Read(map, monitor), expect)));
    }

    private static void CheckApplies(MapReader map, MonitorType type)
    {
        string word = Type.Value.Format(type);
        foreach (SchemaKey key in Schema.Keys.Where(map.Has).Except(Everywhere).Except(KeysOfType[type]))
        {
            map.Error(key, $"'{key.Name}' has no meaning for a monitor of type {word}");
        }
        if (type is MonitorType.Tcp or MonitorType.Grpc && !map.Has(Port))
        {
            map.Context.Error(map.Node, map.Path, $"a monitor of type {word} needs a port");
        }
    }

    private static int DefaultPort(MonitorType? type) => type switch
    {
        MonitorType.Https or MonitorType.Tls => 443,
        MonitorType.Dns => 53,
        MonitorType.Icmp or MonitorType.Push or MonitorType.Script or MonitorType.Prometheus or MonitorType.Calculated => 0,
        _ => 80,
    };

    private static TimeSpan ReadTimeout(MapReader map, TimeSpan interval)
    {
        if (!map.TryRead(Timeout, out TimeSpan timeout))
        {
            return Defaults.Timeout < interval ? Defaults.Timeout : interval;
        }
        if (timeout > interval)
        {
            map.Error(
                Timeout,
                $"the timeout ({DurationText.Format(timeout)}) must not be longer than the interval "
                    + $"({DurationText.Format(interval)}): probes of one member do not overlap");
        }
        return timeout;
    }

    private static ImmutableSortedDictionary<string, string> ReadHeaders(MapReader map)
    {
        ImmutableSortedDictionary<string, string>.Builder headers = Defaults.Headers.ToBuilder();
        TextValue name = new("a header name", "X-Probe", HeaderName());
        TextValue value = new("a header value", "meridian", HeaderValue());
        foreach (MapEntry entry in NamedEntries.Entries(map, Headers))
        {
            string path = $"{map.PathOf(Headers)}/{entry.Key}";
            ScalarNode key = new(entry.KeyPosition, entry.Key, isPlain: false);
            if (!name.TryRead(map.Context, key, path, out _) || !value.TryRead(map.Context, entry.Value, path, out string? text))
            {
                continue;
            }
            if (string.Equals(entry.Key, "Host", StringComparison.OrdinalIgnoreCase))
            {
                map.Context.Diagnostics.Error(
                    entry.KeyPosition, path, "the Host header is written as the key 'host' of the monitor");
            }
            else if (!headers.TryAdd(entry.Key, text ?? ""))
            {
                map.Context.Diagnostics.Error(
                    entry.KeyPosition, path, $"the header '{entry.Key}' is here twice, spelled differently");
            }
        }
        return headers.ToImmutable();
    }

    [GeneratedRegex(@"^/[\x21-\x7e]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequestTarget();

    [GeneratedRegex(@"^[^\0]{0,4096}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex ContentText();

    [GeneratedRegex(@"^[A-Za-z0-9._\-\[\]:]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();

    // RFC 9110 §5.1: a field name is a token.
    [GeneratedRegex(@"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();

    // RFC 9110 §5.5, without obsolete text and line folding.
    [GeneratedRegex(@"^[\x20-\x7e\t]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderValue();
}
