using System.CommandLine;
using Meridian.Host.Serving;

namespace Meridian.Host.Commands;

/// <summary><c>meridian serve</c></summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var path = new Argument<string?>("path")
        {
            Description = "A configuration file, or a directory of them. With --store, what an empty store is filled with.",
            HelpName = "FILE|DIR",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var store = new Option<string>("--store")
        {
            Description = "Directory of the store that is the truth: 'meridian apply' and the API change it. Without it the files are the truth.",
            HelpName = "DIR",
        };
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
        var command = new Command("serve", "Answer queries from files, reloaded on change and on SIGHUP, or from a store.") { path, store, state, logFormat, exitWithInput };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(path) is null && result.GetValue(store) is null)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync("What is to be served? Give a configuration (FILE or DIR), or --store DIR.");
                return ExitCodes.Usage;
            }
            using CancellationTokenSource lifetime = ParentLifetime.Link(result.GetValue(exitWithInput), cancellationToken);
            ServeOptions options = new(result.GetValue(path), result.GetValue(state), result.GetValue(logFormat), result.GetValue(store));
            return await ServerComposition.ServeAsync(options, result.InvocationConfiguration.Error, lifetime.Token);
        });
        return command;
    }
}
