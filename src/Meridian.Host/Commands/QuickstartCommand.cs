using System.CommandLine;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Commands;

/// <summary><c>meridian quickstart</c>, the job of <c>make run</c>.</summary>
internal static class QuickstartCommand
{
    public static Command Create()
    {
        var path = new Option<string>("--config")
        {
            Description = $"The configuration to serve. Default: {QuickstartPlan.Configuration}.",
            HelpName = "FILE",
        };
        var withoutBackends = new Option<bool>("--without-backends") { Description = "Leave the backends to somebody else." };
        var command = new Command("quickstart", "Serve the example with four small web servers, and show live where answers go.") { path, withoutBackends };
        command.SetAction(async (result, cancellationToken) =>
        {
            InvocationConfiguration streams = result.InvocationConfiguration;
            string? configuration = result.GetValue(path) ?? FindExample();
            if (configuration is null || !File.Exists(configuration))
            {
                await streams.Error.WriteLineAsync($"{configuration ?? QuickstartPlan.Configuration} is not there: name the example with --config.");
                return ExitCodes.Failure;
            }
            if (QuickstartPlan.TryRead(configuration, TimeProvider.System, out string? problem) is not { } plan)
            {
                await streams.Error.WriteLineAsync(problem);
                return ExitCodes.Failure;
            }
            await using var run = new QuickstartRun(plan, Terminal.Open(streams.Output), streams.Output, streams.Error, TimeProvider.System);
            return await run.RunAsync(configuration, !result.GetValue(withoutBackends), cancellationToken);
        });
        return command;
    }

    // In a checkout the example that can be edited, elsewhere the one that came with the executable.
    private static string? FindExample()
    {
        string[] places = [QuickstartPlan.Configuration, Path.Combine(AppContext.BaseDirectory, QuickstartPlan.Configuration)];
        return places.FirstOrDefault(File.Exists);
    }
}
