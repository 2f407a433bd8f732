using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The keys of a monitor that say from where it is checked, and how many must agree.</summary>
internal static class QuorumKeys
{
    private static readonly SchemaKey<ImmutableArray<string?>> From = new(
        "from",
        new ListValue<string?>(new ReferenceValue(NameKind.VantagePoint), "vantage points"),
        [],
        "The vantage points that check and vote: this server's `vantage.name`, and names in `vantage-points`.")
    {
        DefaultText = "this server alone, without a vote",
    };

    private static readonly SchemaKey<UpWhenModel> UpWhen = new(
        "up-when",
        new UpWhenValue(),
        new UpWhenModel(UpWhenKind.Majority, 0),
        "How many of the sighted vantage points must say up: `majority`, `any`, `all`, more than a percentage (`18%` is Route 53's "
            + "rule), or at least a number. A tie changes nothing. The cut off, blind and silent count on neither side.");

    private static readonly SchemaKey<int?> MinVotes = new(
        "min-votes",
        new OptionalValue<int>(new IntegerValue(1, VantageSection.MaxVantagePoints)),
        null,
        "With fewer sighted vantage points than this the votes say nothing, and `when-unseen` decides.")
    {
        DefaultText = "more than half of `from`, and at least the number in `up-when`",
    };

    private static readonly SchemaKey<HealthState> WhenUnseen = new(
        "when-unseen",
        new ChoiceValue<HealthState>([("last", HealthState.Unknown), ("up", HealthState.Up), ("down", HealthState.Down)]),
        HealthState.Unknown,
        "The verdict with fewer sighted vantage points than `min-votes`: the `last` one stands, or it counts as `up` or `down`.");

    public static readonly SchemaKey[] All = [From, UpWhen, MinVotes, WhenUnseen];

    public static MonitorModel Read(MapReader map, MonitorModel monitor)
    {
        ImmutableArray<string> from = [.. map.Read(From).OfType<string>()];
        UpWhenModel upWhen = map.Read(UpWhen);
        int? minVotes = map.Read(MinVotes);
        if (!map.Has(From))
        {
            foreach (SchemaKey key in new SchemaKey[] { UpWhen, MinVotes, WhenUnseen }.Where(map.Has))
            {
                map.Error(key, $"'{key.Name}' counts the votes of vantage points: name them in from");
            }
            return monitor;
        }
        if (monitor.Type == MonitorType.Push)
        {
            map.Error(From, "members report to this server by themselves: a monitor of type push is not asked from elsewhere");
        }
        if (from.Distinct(StringComparer.Ordinal).Count() < from.Length)
        {
            map.Error(From, "a vantage point is listed twice; each has one vote");
        }
        if (from.Length > VantageSection.MaxVantagePoints)
        {
            map.Error(From, $"there are {from.Length} vantage points; at most {VantageSection.MaxVantagePoints} vote on a member");
        }
        int needed = upWhen.Kind == UpWhenKind.Count ? upWhen.Value : 1;
        if (needed > from.Length && from.Length > 0)
        {
            map.Error(UpWhen, $"up-when asks for {needed} of {from.Length} vantage points: no member could ever be up");
        }
        if (minVotes > from.Length && from.Length > 0)
        {
            map.Error(MinVotes, $"min-votes is {minVotes}, but {from.Length} vantage points vote: no verdict could ever change");
        }
        if (minVotes < needed)
        {
            map.Error(
                MinVotes,
                $"min-votes is {minVotes}, fewer than the {needed} that up-when asks for: with {minVotes} sighted every member would be down");
        }
        int least = Math.Max(needed, (from.Length / 2) + 1);
        return monitor with { Quorum = new QuorumModel { From = [.. from], UpWhen = upWhen, MinVotes = minVotes ?? least, WhenUnseen = map.Read(WhenUnseen) } };
    }

    /// <summary>Reads <c>majority</c>, <c>18%</c> or <c>2</c>.</summary>
    private sealed class UpWhenValue : ScalarReader<UpWhenModel>
    {
        public override string Description => "`any`, `majority`, `all`, a percentage of 1% to 99%, or a number of 1 to 32";

        public override string Example => "majority";

        protected override bool TryParse(ReadContext context, string text, out UpWhenModel value, out ReadProblem problem)
        {
            problem = default;
            value = text switch
            {
                "any" => new UpWhenModel(UpWhenKind.Any, 0),
                "all" => new UpWhenModel(UpWhenKind.All, 0),
                "majority" => new UpWhenModel(UpWhenKind.Majority, 0),
                _ => default,
            };
            if (text is "any" or "all" or "majority")
            {
                return true;
            }
            bool isShare = text.EndsWith('%');
            bool isNumber = int.TryParse(text.AsSpan().TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            value = new UpWhenModel(isShare ? UpWhenKind.Percent : UpWhenKind.Count, number);
            return isNumber && number >= 1 && number <= (isShare ? 99 : VantageSection.MaxVantagePoints);
        }
    }
}
