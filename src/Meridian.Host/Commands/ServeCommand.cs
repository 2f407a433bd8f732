using System.CommandLine;
using Meridian.Host.Serving;

namespace Meridian.Host.Commands;

/// <summary><c>meridian serve</c></summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Argument<string> path = CommandOptions.ConfigurationPath();
        Option<bool> exitWithInput = CommandOptions.ExitWithInput();
        var state = new Option<string>("--state")
        {
            Description = "Directory for what survives a restart: revision, verdicts, last good configuration. Overrides the configuration's.",
            HelpName = "DIR",
        };
        var logFormat = new Option<LogFormat>("--log-format")
        {
            Description = "How log lines are written on standard error.",
            HelpName = "text|json",
            DefaultValueFactory = _ => LogFormat.Text,
        };
        var command = new Command("serve", "Answer queries from a configuration; reload it on change and on SIGHUP.") { path, state, logFormat, exitWithInput };
        command.SetAction(async (result, cancellationToken) =>
        {
            using CancellationTokenSource lifetime = ParentLifetime.Link(result.GetValue(exitWithInput), cancellationToken);
            ServeOptions options = new(result.GetRequiredValue(path), result.GetValue(state), result.GetValue(logFormat));
            return await ServerComposition.ServeAsync(options, result.InvocationConfiguration.Error, lifetime.Token);
        });
        return command;
    }
}
