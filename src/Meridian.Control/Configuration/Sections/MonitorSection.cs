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
            [("http", MonitorType.Http), ("https", MonitorType.Https), ("tcp", MonitorType.Tcp)],
            "tls", "dns", "grpc", "icmp", "script", "push", "prometheus", "calculated")),
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
        DefaultText = "80 for http, 443 for https; tcp must state it",
    };

    private static readonly SchemaKey<string?> RequestPath = new(
        "path",
        new TextValue("a path that begins with '/'", "/healthz", RequestTarget()),
        Defaults.Path,
        "Request target, with its query if there is one (http, https).");

    private static readonly SchemaKey<string?> Host = new(
        "host", new TextValue("a host name", "www.example.com", HostName()), null, "Host header and SNI (http, https).")
    {
        DefaultText = "the member's address",
    };

    private static readonly SchemaKey<MethodChoice> Method = new(
        "method",
        new ChoiceValue<MethodChoice>([("GET", MethodChoice.Get), ("HEAD", MethodChoice.Head)]),
        MethodChoice.Get,
        "Request method (http, https).");

    private static readonly SchemaKey Headers = new(
        "headers", "map of texts", "Additional request headers (http, https).");

    private static readonly SchemaKey Expect = new("expect", "map", "What counts as up (http, https).")
    {
        DefaultText = "`{status: [200-299]}`",
    };

    private static readonly SchemaKey<bool> SkipVerify = new(
        "skip-verify",
        new BooleanValue(),
        false,
        "Accept any certificate (https). Shown loudly wherever the monitor is.");

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
        Keys = [Type, Port, RequestPath, Host, Method, Headers, Expect, SkipVerify, Interval, Timeout, Rise, Fall, Confirm],
        NotYetSupported = ["from", "up-when", "min-votes"],
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

    private static readonly SchemaKey[] HttpOnly = [RequestPath, Host, Method, Headers, Expect];

    private enum MethodChoice
    {
        Get,
        Head,
    }

    public static MonitorModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        MonitorType? type = map.Read(Type);
        TimeSpan interval = map.Read(Interval);
        (ImmutableArray<StatusRange> status, string? body) = ReadExpect(map);
        MethodChoice method = map.Read(Method);
        if (type is { } known)
        {
            CheckApplies(map, known);
        }
        if (method == MethodChoice.Head && body is not null)
        {
            map.Error(Method, "a HEAD request has no body to look into: use GET, or leave out expect.body");
        }
        TimeSpan timeout = ReadTimeout(map, interval);
        return new MonitorModel
        {
            Name = name,
            Type = type ?? MonitorType.Http,
            Port = map.Read(Port) ?? (type == MonitorType.Https ? 443 : 80),
            Path = map.Read(RequestPath) ?? Defaults.Path,
            Host = map.Read(Host),
            Method = method == MethodChoice.Head ? "HEAD" : "GET",
            Headers = ReadHeaders(map),
            ExpectedStatus = status,
            ExpectedBody = body,
            SkipVerify = map.Read(SkipVerify),
            Interval = interval,
            Timeout = timeout,
            Rise = map.Read(Rise),
            Fall = map.Read(Fall),
            Confirm = map.Find(Confirm) is { } confirm ? ConfirmSection.Read(context, confirm, map.PathOf(Confirm), timeout) : null,
        };
    }

    private static void CheckApplies(MapReader map, MonitorType type)
    {
        if (type == MonitorType.Tcp)
        {
            foreach (SchemaKey key in HttpOnly.Where(map.Has))
            {
                map.Error(key, $"'{key.Name}' has no meaning for a monitor of type tcp, which only connects");
            }
            if (!map.Has(Port))
            {
                map.Context.Error(map.Node, map.Path, "a monitor of type tcp needs a port");
            }
        }
        if (type != MonitorType.Https && map.Has(SkipVerify))
        {
            map.Error(SkipVerify, "'skip-verify' has a meaning only for a monitor of type https");
        }
    }

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

    private static (ImmutableArray<StatusRange> Status, string? Body) ReadExpect(MapReader map) =>
        map.Find(Expect) is { } node ? ExpectSection.Read(map.Context, node, map.PathOf(Expect)) : (
            Defaults.ExpectedStatus, null);

    [GeneratedRegex(@"^/[\x21-\x7e]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequestTarget();

    [GeneratedRegex(@"^[A-Za-z0-9._\-\[\]:]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();

    // RFC 9110 §5.1: a field name is a token.
    [GeneratedRegex(@"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();

    // RFC 9110 §5.5, without obsolete text and line folding.
    [GeneratedRegex(@"^[\x20-\x7e\t]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderValue();
}
