using System.CommandLine;
using Meridian.Host.Serving;

namespace Meridian.Host.Commands;

/// <summary><c>meridian check</c></summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string> path = CommandOptions.ConfigurationPath();
        Option<bool> json = CommandOptions.Json();
        var command = new Command("check", "Validate a configuration without serving it; exit 1 and list every error when it is invalid.") { path, json };
        command.SetAction(result => ServerComposition.Check(
            result.GetRequiredValue(path), result.GetValue(json), result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return command;
    }
}
