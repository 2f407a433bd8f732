using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>confirm</c> of a monitor.</summary>
internal static class ConfirmSection
{
    private static readonly ConfirmModel Defaults = new();

    private static readonly SchemaKey<int> Probes = new(
        "probes", new IntegerValue(1, 16), Defaults.Probes, "Probes in the burst. The member is down when all of them fail.");

    private static readonly SchemaKey<TimeSpan> Within = new(
        "within",
        new DurationValue(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)),
        Defaults.Within,
        "Time over which their starts are spread evenly.");

    private static readonly SchemaKey<TimeSpan> Timeout = new(
        "timeout",
        new DurationValue(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)),
        Defaults.Timeout,
        "Deadline of each of them; at most the monitor's.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "monitors.<name>.confirm",
        Summary = "A burst of probes after a first failure of a member that is up. All of them fail: it is down at once, at most "
            + "`within` plus `timeout` after the failure. One succeeds: the failure was a passing one, and nothing changes.",
        Keys = [Probes, Within, Timeout],
        Example =
            """
            monitors:
              web: {type: http, confirm: {probes: 5, within: 500ms, timeout: 300ms}}
            """,
    };

    public static ConfirmModel? Read(ReadContext context, ConfigNode node, string path, TimeSpan monitorTimeout)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        bool isWritten = map.TryRead(Timeout, out TimeSpan timeout);
        if (isWritten && timeout > monitorTimeout)
        {
            map.Error(
                Timeout,
                $"the timeout of a confirming probe ({DurationText.Format(timeout)}) must not be longer than the monitor's "
                    + $"({DurationText.Format(monitorTimeout)})");
        }
        TimeSpan absent = Defaults.Timeout < monitorTimeout ? Defaults.Timeout : monitorTimeout;
        return new ConfirmModel { Probes = map.Read(Probes), Within = map.Read(Within), Timeout = isWritten ? timeout : absent };
    }
}
