using System.CommandLine;
using System.Net;
using Meridian.Health.Quorum.Streaming;
using Meridian.Host.Serving;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Commands;

/// <summary><c>meridian probe</c>: a vantage point elsewhere.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        Option<string[]> join = new("--join")
        {
            Description = "A server's 'listen: votes:', such as https://192.0.2.53:8443. Give one for each serving node.",
            HelpName = "URL",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> name = new("--name") { Description = "This vantage point's name in the servers' vantage-points.", Required = true };
        Option<FileInfo> token = new("--token-file") { Description = "A file with the token that proves who this is.", HelpName = "FILE" };
        Option<FileInfo> certificate = new("--certificate") { Description = "A client certificate with its private key, in PEM, that proves who this is.", HelpName = "FILE" };
        Option<FileInfo> authority = new("--ca") { Description = "Trust servers by these certificates instead of the system's.", HelpName = "FILE" };
        Option<string[]> reference = new("--reference") { Description = "A reference target beside those that the servers name.", HelpName = "ADDR:PORT" };
        Option<bool> scripts = new("--allow-scripts") { Description = "Let the servers run commands here, for monitors of type script." };
        Option<LogFormat> logFormat = new("--log-format") { Description = "How log lines are written on standard error.", DefaultValueFactory = _ => LogFormat.Text };
        Option<bool> exitWithInput = CommandOptions.ExitWithInput();
        var command = new Command("probe", "Check from here what servers ask for, and vote.")
        {
            join, name, token, certificate, authority, reference, scripts, logFormat, exitWithInput,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            TextWriter error = result.InvocationConfiguration.Error;
            if (!TryReadToken(result.GetValue(token), out string? secret, out string problem) || (secret is null && result.GetValue(certificate) is null))
            {
                await error.WriteLineAsync(problem.Length > 0 ? problem : "Say who this is: --token-file, --certificate, or both.");
                return ExitCodes.Usage;
            }
            List<IPEndPoint> references = [];
            foreach (string text in result.GetValue(reference) ?? [])
            {
                if (!IPEndPoint.TryParse(text, out IPEndPoint? parsed) || parsed.Port == 0)
                {
                    await error.WriteLineAsync($"'{text}' is not an address with a port: write it as 192.0.2.1:443.");
                    return ExitCodes.Usage;
                }
                references.Add(parsed);
            }
            List<Uri> servers = [];
            foreach (string text in result.GetRequiredValue(join))
            {
                if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? server) || server.Scheme is not ("https" or "http"))
                {
                    await error.WriteLineAsync($"'{text}' is not the URL of a server: write it as https://192.0.2.53:8443.");
                    return ExitCodes.Usage;
                }
                if (server.Scheme == "http" && !server.IsLoopback)
                {
                    await error.WriteLineAsync($"'{text}' would send the token over the network in clear: use https.");
                    return ExitCodes.Usage;
                }
                servers.Add(server);
            }
            AgentOptions[] options =
            [
                .. servers.Select(server => new AgentOptions
                {
                    Server = server,
                    Name = result.GetRequiredValue(name),
                    Token = secret,
                    CertificateFile = result.GetValue(certificate)?.FullName,
                    AuthorityFile = result.GetValue(authority)?.FullName,
                    References = references,
                    AllowScripts = result.GetValue(scripts),
                }),
            ];
            using CancellationTokenSource lifetime = ParentLifetime.Link(result.GetValue(exitWithInput), cancellationToken);
            return await RunAsync(options, result.GetValue(logFormat), lifetime.Token);
        });
        return command;
    }

    /// <summary>One engine for each server: what one of them asks for never waits for another.</summary>
    private static async Task<int> RunAsync(AgentOptions[] options, LogFormat format, CancellationToken cancellationToken)
    {
        await Task.Yield();
        using ILoggerFactory loggers = ServerLogging.Create(format, TimeProvider.System);
        VantageAgent[] agents = [.. options.Select(one => new VantageAgent(one, probe: null, TimeProvider.System, new Random(), loggers))];
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = [.. agents.Select(agent => agent.RunAsync(stopping.Token))];
        await Task.WhenAny(running);
        bool wasAsked = cancellationToken.IsCancellationRequested;
        await stopping.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Array.ForEach(agents, agent => agent.Dispose());
        return wasAsked ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static bool TryReadToken(FileInfo? file, out string? token, out string problem)
    {
        (token, problem) = (null, "");
        if (file is null)
        {
            return true;
        }
        try
        {
            token = File.ReadAllText(file.FullName).Trim();
            problem = token.Length == 0 ? $"'{file}' is empty." : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"The token cannot be read: {e.Message}";
        }
        return problem.Length == 0;
    }
}
