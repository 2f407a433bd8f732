using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The keys of a monitor that make it say something by itself, as the health checks of Route 53 do.</summary>
internal static class StandingKeys
{
    private static readonly SchemaKey<MonitorTarget?> Target = new(
        "target", new MonitorTargetValue(), null,
        "What is asked instead of the members of pools: an address, or a host name, which is looked up for each probe. Record sets can be healthy by it.")
    {
        DefaultText = "the members of the pools that name the monitor",
    };

    private static readonly SchemaKey<bool> IPv4Only = new(
        "ipv4-only", new BooleanValue(), false, "Whether only the IPv4 addresses of a host name are looked up, as Route 53 does.");

    private static readonly SchemaKey<bool> Inverted = new("inverted", new BooleanValue(), false, "Whether down counts as up, and up as down.");

    private static readonly SchemaKey<bool> Disabled = new(
        "disabled", new BooleanValue(), false, "Whether nothing is asked, and it counts as up (with `inverted` as down).");

    private static readonly SchemaKey<bool> UntilChecked = new(
        "until-checked",
        new ChoiceValue<bool>([("wait", false), ("up", true)]),
        false,
        "What a member is before its first verdict. `wait`: in answers only where there is nothing else. `up`: in answers as the others are.");

    public static readonly SchemaKey[] All = [Target, IPv4Only, Inverted, Disabled, UntilChecked, Route53Key.Key];

    public static MonitorModel Read(MapReader map, MonitorModel monitor)
    {
        if (map.Has(Target) && monitor.Type == MonitorType.Calculated)
        {
            map.Error(Target, "a calculated monitor asks nobody: give the monitors in it a target");
        }
        return monitor with
        {
            Target = map.Read(Target),
            IsIPv4Only = map.Read(IPv4Only),
            IsInverted = map.Read(Inverted),
            IsDisabled = map.Read(Disabled),
            CountsAsUpUntilChecked = map.Read(UntilChecked),
        };
    }
}

/// <summary>An address or a host name.</summary>
internal sealed partial class MonitorTargetValue : ScalarReader<MonitorTarget?>
{
    public override string Description => "an address or a host name";

    public override string Example => "www.example.com";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out MonitorTarget? value, out ReadProblem problem)
    {
        problem = default;
        if (AddressValue.TryParseAddress(text, out IPAddress? address))
        {
            value = new MonitorTarget(address, null);
            return true;
        }
        value = new MonitorTarget(null, text.TrimEnd('.'));
        return HostName().IsMatch(text) && !text.All(character => char.IsAsciiDigit(character) || character == '.');
    }

    [GeneratedRegex(@"^[A-Za-z0-9_]([A-Za-z0-9._-]{0,252}[A-Za-z0-9_.])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();
}
