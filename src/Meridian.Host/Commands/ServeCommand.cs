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
        var command = new Command("serve", "Answer queries from a configuration; reload it on change and on SIGHUP.") { path, exitWithInput };
        command.SetAction(async (result, cancellationToken) =>
        {
            using CancellationTokenSource lifetime = ParentLifetime.Link(result.GetValue(exitWithInput), cancellationToken);
            return await ServerComposition.ServeAsync(result.GetRequiredValue(path), result.InvocationConfiguration.Error, lifetime.Token);
        });
        return command;
    }
}
