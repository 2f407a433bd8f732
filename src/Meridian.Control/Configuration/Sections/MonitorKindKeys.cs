using System.Globalization;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The keys that only one type of monitor has.</summary>
internal static partial class MonitorKindKeys
{
    public static readonly SchemaKey Query = new("query", "map", "What is asked (dns).");

    public static readonly SchemaKey<string?> Service = new(
        "service", new TextValue("the name of a gRPC service", "shop.Cart"), null, "Whose health is asked for (grpc).")
    {
        DefaultText = "the server's as a whole",
    };

    public static readonly SchemaKey<bool> Tls = new("tls", new BooleanValue(), false, "Whether gRPC runs over TLS (grpc).");

    public static readonly SchemaKey<ImmutableTexts> Command = new(
        "command",
        new TextsValue(),
        default,
        "Program and arguments, started by no shell (script). `{address}` and `{port}` are filled in; "
            + "MERIDIAN_ADDRESS and MERIDIAN_PORT are in its environment.");

    public static readonly SchemaKey<string?> Token = new(
        "token",
        new TextValue("a text of 16 to 256 visible characters", "c2VjcmV0LXRva2VuLTE", PushToken()),
        null,
        "What a report must carry (push). A secret.");

    public static readonly SchemaKey<TimeSpan> TimeToLive = new(
        "report-ttl",
        new DurationValue(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
        TimeSpan.FromSeconds(30),
        "How long a report holds (push).");

    public static readonly SchemaKey<string?> Url = new(
        "url",
        new TextValue("an http or https URL", "http://prometheus:9090", HttpUrl()),
        null,
        "Where Prometheus is (prometheus).");

    public static readonly SchemaKey<string?> PromQl = new(
        "promql",
        new TextValue("a PromQL query", "up{instance=\"{address}:{port}\"}"),
        null,
        "The query, for an instant vector or a scalar (prometheus). `{address}` and `{port}` are filled in.");

    public static readonly SchemaKey<Threshold> Is = new(
        "is",
        new ThresholdValue(),
        new Threshold(ThresholdOperator.AtLeast, 1),
        "What every value of the result must be (prometheus).");

    public static readonly SchemaKey Of = new(
        "of", "a list of monitors, or of maps with `monitor`, `weight`, `inverted`", "The monitors that are combined (calculated).");

    public static readonly SchemaKey<int?> AtLeast = new(
        "at-least",
        new OptionalValue<int>(new IntegerValue(1, 1_000_000)),
        null,
        "The weight of monitors that must hold (calculated): 1 is 'or'; the weight of all, which is the default, is 'and'.")
    {
        DefaultText = "all of them",
    };

    public static readonly SchemaKey[] All = [Query, Service, Tls, Command, Token, TimeToLive, Url, PromQl, Is, Of, AtLeast];

    /// <summary>Reads what belongs to the monitor's type, and reports what is missing.</summary>
    public static MonitorModel Read(MapReader map, MonitorModel monitor, ExpectModel expect) => monitor.Type switch
    {
        MonitorType.Dns when Requires(map, Query) => monitor with
        {
            Dns = DnsQuerySection.Read(map.Context, map.Find(Query)!, map.PathOf(Query)), // Required just now.
        },
        MonitorType.Grpc => monitor with { GrpcService = map.Read(Service) ?? "", IsTls = map.Read(Tls) },
        MonitorType.Script when Requires(map, Command) => monitor with
        {
            Script = new ScriptModel { Command = map.Read(Command).Items, ExpectedExitCode = expect.ExitCode, ExpectedOutput = expect.Output },
        },
        MonitorType.Push when Requires(map, Token) => monitor with
        {
            Push = new PushModel { Token = map.Read(Token) ?? "", TimeToLive = map.Read(TimeToLive) },
        },
        MonitorType.Prometheus when Requires(map, Url) & Requires(map, PromQl) => monitor with
        {
            Prometheus = new PrometheusModel
            {
                Url = map.Read(Url) ?? "",
                Query = map.Read(PromQl) ?? "",
                Operator = map.Read(Is).Operator,
                Threshold = map.Read(Is).Value,
            },
        },
        MonitorType.Calculated when Requires(map, Of) => monitor with { Calculated = CalculatedSection.Read(map, Of, map.Read(AtLeast)) },
        _ => monitor,
    };

    private static bool Requires(MapReader map, SchemaKey key)
    {
        if (!map.Has(key) && !map.HasUnknownKeys)
        {
            map.Context.Error(map.Node, map.Path, $"the key '{key.Name}' is missing: {key.ValueType}");
        }
        return map.Has(key);
    }

    [GeneratedRegex(@"^[\x21-\x7e]{16,256}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PushToken();

    [GeneratedRegex(@"^https?://[A-Za-z0-9._\-\[\]:]+(/[\x21-\x7e]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HttpUrl();
}

/// <summary>A list of texts that may be empty; the default is.</summary>
internal readonly record struct ImmutableTexts(ModelList<string> Items);

/// <summary>A command line in pieces; a single text is a program without arguments.</summary>
internal sealed class TextsValue : ValueReader<ImmutableTexts>
{
    private static readonly ListValue<string?> Inner = new(new TextValue("a text", "/usr/local/bin/check"), "texts");

    public override string Description => "a list of texts: the program and its arguments";

    public override string Example => "[/usr/local/bin/check, \"{address}\"]";

    public override bool TryRead(ReadContext context, Yaml.ConfigNode node, string path, out ImmutableTexts value)
    {
        bool isRead = Inner.TryRead(context, node, path, out System.Collections.Immutable.ImmutableArray<string?> texts);
        value = new ImmutableTexts([.. isRead ? texts.Select(text => text ?? "") : []]);
        return isRead;
    }
}

/// <summary>An operator and a number.</summary>
internal readonly record struct Threshold(ThresholdOperator Operator, double Value);

/// <summary>Reads <c>&lt; 0.05</c>.</summary>
internal sealed class ThresholdValue : ScalarReader<Threshold>
{
    private static readonly (string Sign, ThresholdOperator Operator)[] Signs =
    [
        // The longer ones first: one begins with the other.
        ("<=", ThresholdOperator.AtMost), (">=", ThresholdOperator.AtLeast), ("==", ThresholdOperator.Equal),
        ("!=", ThresholdOperator.NotEqual), ("<", ThresholdOperator.Below), (">", ThresholdOperator.Above),
    ];

    public override string Description => "a comparison with a number: <, <=, >, >=, == or !=";

    public override string Example => "\"< 0.05\"";

    public override string Format(Threshold value) => string.Create(
        CultureInfo.InvariantCulture, $"{Signs.First(sign => sign.Operator == value.Operator).Sign} {value.Value}");

    protected override bool TryParse(ReadContext context, string text, out Threshold value, out ReadProblem problem)
    {
        (string sign, ThresholdOperator comparison) = Array.Find(Signs, sign => text.StartsWith(sign.Sign, StringComparison.Ordinal));
        bool isNumber = double.TryParse(
            text.AsSpan(sign?.Length ?? 0).Trim(),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out double number);
        value = new Threshold(comparison, number);
        problem = default;
        return isNumber && sign is not null;
    }
}
