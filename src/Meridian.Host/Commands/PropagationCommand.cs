using System.CommandLine;
using System.Globalization;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary><c>meridian propagation</c></summary>
internal static class PropagationCommand
{
    public static Command Create()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Option<int> top = new("--top") { Description = "Resolvers that are listed.", DefaultValueFactory = _ => 20 };
        var command = new Command("propagation", "Show how far changes of answers have come in the caches of those who ask, and how these treat TTLs.") { url, top, json };
        command.SetAction((result, cancellationToken) => ServerText.PrintAsync(
            result.GetRequiredValue(url),
            string.Create(CultureInfo.InvariantCulture, $"api/v1/propagation?top={result.GetValue(top)}&format={(result.GetValue(json) ? "json" : "text")}"),
            result.InvocationConfiguration,
            cancellationToken));
        return command;
    }
}
