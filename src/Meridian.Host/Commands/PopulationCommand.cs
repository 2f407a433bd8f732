using System.CommandLine;
using System.Globalization;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian population</c></summary>
internal static class PopulationCommand
{
    public static Command Create()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Option<TimeSpan> window = DurationOption.Create("--window", "How far back, in whole minutes.", TimeSpan.FromHours(1));
        Option<int> top = new("--top") { Description = "Entries of each list.", DefaultValueFactory = _ => 20 };
        var command = new Command("population", "Show who asks: resolvers, client networks and names, as a running server observed them.") { url, window, top, json };
        command.SetAction((result, cancellationToken) =>
        {
            int minutes = (int)Math.Max(1, result.GetValue(window).TotalMinutes);
            string format = result.GetValue(json) ? "json" : "text";
            return ServerText.PrintAsync(
                result.GetRequiredValue(url),
                string.Create(CultureInfo.InvariantCulture, $"api/v1/population?minutes={minutes}&top={result.GetValue(top)}&format={format}"),
                result.InvocationConfiguration,
                cancellationToken);
        });
        return command;
    }
}
