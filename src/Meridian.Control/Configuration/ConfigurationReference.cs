using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;

namespace Meridian.Control.Configuration;

/// <summary>Renders docs/configuration.md from the schemas that the strict reader itself uses.</summary>
public static class ConfigurationReference
{
    private const string Introduction =
        """
        # Configuration

        <!-- Generated from the code (ConfigurationReference). Change it there, then run the Control tests with MERIDIAN_WRITE_DOCS=1. -->

        The configuration is strict: an unknown key, a wrong unit or a reference to something that is not there is an error with file,
        line, column and the nearest valid spelling. All errors are reported at once. `meridian check PATH` reads a configuration
        without serving it.

        - **Durations** have a unit: `500ms`, `10s`, `5m`, `1h`, `1d`, `1w`, or several in falling order: `1h30m`. A bare number is an error.
        - **Percentages** end with `%`: `10%`.
        - **Times** say their offset: `2026-12-01T00:00Z`.
        - **Names** of sites, monitors, pools and policies are up to 63 letters, digits, `-`, `_` and `.`.
        - **Paths** are relative to the file that names them.
        - Anchors and aliases may be used for whole values. Merge keys (`<<`) and tags may not.

        """;

    private static readonly ImmutableArray<SectionSchema> Sections =
    [
        RootSection.Schema,
        ListenSection.Schema,
        HttpTlsSection.Schema,
        AccessSection.Schema,
        TcpSection.Schema,
        XdpSection.Schema,
        AnsweringSection.Schema,
        CookieSection.Schema,
        RateLimitSection.Schema,
        ResolversSection.Schema,
        GeoSection.Schema,
        GeoSection.OverrideSchema,
        VantageSection.ListenSchema,
        VantageSection.Schema,
        VantageSection.PointSchema,
        BreakerSection.Schema,
        NotifySection.Schema,
        EmailSection.Schema,
        GuardSection.Schema,
        HistorySection.Schema,
        StoreSection.Schema,
        Route53Section.Schema,
        ObservingSection.Schema,
        LatencySection.Schema,
        LoadSection.Schema,
        SiteSection.Schema,
        MonitorSection.Schema,
        ExpectSection.Schema,
        RedirectSection.Schema,
        ConfirmSection.Schema,
        JudgingKeys.DampingSchema,
        JudgingKeys.DegradedSchema,
        DnsQuerySection.Schema,
        CalculatedSection.Schema,
        PoolSection.Schema,
        PoolSection.AnswerSchema,
        StandbyKeys.PrewarmSchema,
        MemberSection.Schema,
        OverrideSection.Schema,
        OverrideSection.TargetSchema,
        PolicySection.DocumentedSchema,
        SteeringNodeSection.Schema with { Title = "Steering nodes" },
        MultivalueSection.Schema,
        HashSection.Schema,
        SitedChildren.Schema,
        CheapestSection.Schema,
        SpillSection.Schema,
        ShedSection.Schema,
        ScheduleSection.Schema,
        RampSection.Schema,
        CollectionSection.Schema,
        ViewSection.Schema,
        ViewSection.VpcSchema,
        Route53Section.DelegationSetSchema,
        TrafficPolicySection.Schema,
        TrafficPolicySection.VersionSchema,
        TrafficPolicySection.InstanceSchema,
        UpdateKeySection.Schema,
        UpdateKeySection.RuleSchema,
        ZoneSection.Schema,
        SoaSection.Schema,
        OwnerSection.Schema,
        StaticSection.Schema,
        SteerSection.Schema,
        RecordSetSection.Schema,
        AliasSection.Schema,
        OutsideAliasSection.Schema,
        OwnersSection.Schema,
        LintSection.Schema,
    ];

    /// <summary>The whole document, with a final line break.</summary>
    public static string Render()
    {
        StringBuilder text = new();
        text.Append(Introduction);
        foreach (SectionSchema section in Sections)
        {
            RenderSection(section, text);
        }
        RenderLimits(text);
        return text.ToString();
    }

    private static void RenderSection(SectionSchema section, StringBuilder text)
    {
        text.Append('\n').Append("## ").Append(Heading(section.Title)).Append("\n\n").Append(section.Summary).Append("\n\n");
        text.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (SchemaKey key in section.Keys)
        {
            string absent = key.IsRequired ? "**required**" : key.DescribeDefault() ?? "";
            text.Append("| `").Append(key.Name).Append("` | ").Append(Cell(key.ValueType)).Append(" | ").Append(Cell(absent))
                .Append(" | ").Append(Cell(key.Meaning)).Append(" |\n");
        }
        if (!section.NotYetSupported.IsEmpty)
        {
            text.Append("\nNot supported by this version yet: ").AppendJoin(", ", section.NotYetSupported.Select(key => $"`{key}`")).Append(".\n");
        }
        if (section.Example is not null)
        {
            text.Append("\n```yaml\n").Append(section.Example).Append("\n```\n");
        }
    }

    private static void RenderLimits(StringBuilder text)
    {
        ConfigurationLimits limits = new();
        text.Append("\n## Limits\n\n| limit | value |\n|---|---|\n")
            .Append("| octets of one file | ").Append(limits.MaxFileLength).Append(" |\n")
            .Append("| files of one configuration | ").Append(limits.MaxFiles).Append(" |\n")
            .Append("| maps and lists inside each other | ").Append(limits.MaxNesting).Append(" |\n")
            .Append("| keys and values of one document, aliases counted in full | ").Append(limits.MaxNodes).Append(" |\n")
            .Append("| errors shown of one load | ").Append(limits.MaxErrors).Append(" |\n");
    }

    private static string Heading(string title) =>
        title.Contains('<', StringComparison.Ordinal) ? $"`{title}`" : Capitalised(title);

    private static string Capitalised(string title) => char.ToUpperInvariant(title[0]) + title[1..];

    /// <summary>A bar would end the cell.</summary>
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
