using System.CommandLine;
using Meridian.Control.Configuration.Reading.Values;

namespace Meridian.Host.Commands;

/// <summary>Options that take a time as the configuration spells it: <c>90s</c>, <c>10m</c>.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan> Create(string name, string description, TimeSpan otherwise) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            if (DurationText.TryParse(result.Tokens.Single().Value, out TimeSpan duration))
            {
                return duration;
            }
            result.AddError($"'{result.Tokens.Single().Value}' is not a time: write it as 90s, 10m or 1h.");
            return default;
        },
    };
}
