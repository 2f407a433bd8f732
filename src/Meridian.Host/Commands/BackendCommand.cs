using System.CommandLine;
using System.Net;
using Meridian.Host.Quickstart;
using Meridian.Host.Serving;

namespace Meridian.Host.Commands;

/// <summary><c>meridian backend</c>: one small web server of the quickstart. Hidden, it is no part of the product.</summary>
internal static class BackendCommand
{
    public static Command Create()
    {
        Option<IPEndPoint> listen = CommandOptions.Listen();
        var name = new Option<string>("--name") { Description = "What it calls itself.", HelpName = "NAME", Required = true };
        var site = new Option<string>("--site") { Description = "The site it stands in.", HelpName = "SITE", DefaultValueFactory = _ => "" };
        Option<bool> exitWithInput = CommandOptions.ExitWithInput();
        var command = new Command("backend", "Run one of the quickstart's small web servers.") { listen, name, site, exitWithInput };
        command.Hidden = true;
        command.SetAction(async (result, cancellationToken) =>
        {
            using CancellationTokenSource lifetime = ParentLifetime.Link(result.GetValue(exitWithInput), cancellationToken);
            await using var backend = new DemoBackend(result.GetRequiredValue(listen), result.GetRequiredValue(name), result.GetRequiredValue(site));
            return await backend.RunAsync(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error, lifetime.Token);
        });
        return command;
    }
}
