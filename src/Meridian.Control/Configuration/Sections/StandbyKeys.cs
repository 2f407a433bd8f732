using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The keys of a pool that say how clients move between it and the pools beside it in failover nodes.</summary>
internal static class StandbyKeys
{
    private static readonly SchemaKey<FailbackModel> Failback = new(
        "failback",
        new FailbackValue(),
        default,
        "When clients come back to a pool that had failed and is well again: at once (`auto`), once it has been well for a time without a break "
            + "(`after 10m`), or when somebody runs `meridian failback POOL` (`manual`). It waits only while another child of a failover node "
            + "above it serves in its place, and never longer than that one does.");

    private static readonly SchemaKey Prewarm = new(
        "prewarm", "map", "A webhook that is called, and waited for, before a standby gets clients.")
    {
        DefaultText = "nobody is called",
    };

    private static readonly SchemaKey<string?> Url = new(
        "url", new TextValue("an http or https URL", "https://ops.example.com/prewarm", NotifySection.HttpUrl()), null, "Where `{\"pool\": …}` is posted.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<TimeSpan> Wait = new(
        "wait",
        new DurationValue(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15)),
        TimeSpan.FromSeconds(30),
        "How long clients wait for its success (a status of 2xx; others are asked again each second). Then they come in any case. Meanwhile what comes "
            + "after this pool answers, or the policy's `when-all-down`.");

    private static readonly SchemaKey<TimeSpan> Keep = new(
        "keep",
        new DurationValue(TimeSpan.Zero, TimeSpan.FromDays(7)),
        TimeSpan.FromMinutes(10),
        "How long it counts as warm after nobody needs it any more.");

    private static readonly SchemaKey<string?> Secret = new(
        "secret-file", new TextValue("the path of a file", "prewarm.secret"), null, "A file with the secret that signs what is posted, as for `notify`.")
    {
        DefaultText = "not signed",
    };

    public static readonly SchemaKey[] All = [Failback, Prewarm];

    public static readonly SectionSchema PrewarmSchema = new()
    {
        Title = "pools.<name>.prewarm",
        Summary = "For a pool that is nothing but a standby: in every policy that uses it, it stands behind others in a failover node. A pool that gets "
            + "clients anywhere else is warm, and nobody is called.",
        Keys = [Url, Wait, Keep, Secret],
        Example =
            """
            pools:
              web-eu: {monitor: web, failback: after 10m, members: [{address: 203.0.113.10}]}
              web-us: {monitor: web, prewarm: {url: "https://ops.example.com/prewarm", wait: 45s}, members: [{address: 198.51.100.20}]}
            """,
    };

    /// <param name="map">The pool.</param>
    /// <param name="pool">What was read of it.</param>
    /// <param name="hasMonitor">Whether one is named, there or not.</param>
    public static PoolModel Read(MapReader map, PoolModel pool, bool hasMonitor)
    {
        FailbackModel failback = map.Read(Failback);
        PrewarmModel? prewarm = null;
        if (map.Find(Prewarm) is { } node && MapReader.Open(map.Context, node, map.PathOf(Prewarm), PrewarmSchema) is { } hook && hook.Read(Url) is { } url)
        {
            prewarm = new PrewarmModel
            {
                Url = new Uri(url),
                Wait = hook.Read(Wait),
                Keep = hook.Read(Keep),
                Secret = SecretFile.Read(hook, Secret),
            };
        }
        if (!hasMonitor && (failback.Kind != FailbackKind.Auto || prewarm is not null))
        {
            map.Error(failback.Kind != FailbackKind.Auto ? Failback : Prewarm, "without a monitor the pool never fails and never recovers: give it one");
        }
        return pool with { Failback = failback, Prewarm = prewarm };
    }

    /// <summary>Reads <c>auto</c>, <c>after 10m</c> or <c>manual</c>.</summary>
    private sealed class FailbackValue : ScalarReader<FailbackModel>
    {
        private const string AfterWord = "after ";

        private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan Most = TimeSpan.FromDays(7);

        public override string Description => "`auto`, `manual`, or `after` and a duration of 1s to 7d";

        public override string Example => "after 10m";

        public override string Format(FailbackModel value) => value.Kind switch
        {
            FailbackKind.After => AfterWord + DurationText.Format(value.After),
            FailbackKind.Manual => "manual",
            _ => "auto",
        };

        protected override bool TryParse(ReadContext context, string text, out FailbackModel value, out ReadProblem problem)
        {
            problem = default;
            value = new FailbackModel(text == "manual" ? FailbackKind.Manual : FailbackKind.Auto, TimeSpan.Zero);
            if (text is "auto" or "manual")
            {
                return true;
            }
            bool isTime = text.StartsWith(AfterWord, StringComparison.Ordinal);
            TimeSpan after = TimeSpan.Zero;
            bool isDuration = isTime && DurationText.TryParse(text[AfterWord.Length..].Trim(), out after);
            value = new FailbackModel(FailbackKind.After, after);
            return isDuration && after >= Least && after <= Most;
        }
    }
}
