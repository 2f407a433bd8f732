using System.Collections.Immutable;
using System.Security.Cryptography;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Control.Explaining;
using Meridian.Control.History;
using Meridian.Control.Http;
using Meridian.Control.Loads;
using Meridian.Control.Publishing;
using Meridian.Engine.Answering;
using Meridian.Engine.Answering.Cookies;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Host.Explaining;
using Meridian.Server;
using Meridian.Server.Tcp;
using Meridian.Server.Udp;
using Meridian.Server.Xdp;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>The composition root: the one place that knows configuration, compiler, health, transports and HTTP endpoint at once.</summary>
internal static class ServerComposition
{
    /// <summary>Serves until cancelled. Ready for the first query when it logs so and /readyz says 200.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="error">Receives what keeps the server from starting.</param>
    /// <param name="cancellationToken">Ends serving: SIGINT, SIGTERM, or the end of the parent.</param>
    /// <returns>An exit code.</returns>
    public static async Task<int> ServeAsync(ServeOptions options, TextWriter error, CancellationToken cancellationToken)
    {
        // The command line waits for a command that was signalled only from its first wait on; before it, it ends the process
        // with 143 and nothing is kept. Starting has no wait of its own.
        await Task.Yield();
        using ILoggerFactory loggers = ServerLogging.Create(options.LogFormat, TimeProvider.System);
        await using MeridianServer server = new(options, TimeProvider.System, loggers);
        try
        {
            if (await server.TryStartAsync(cancellationToken) is { } failure)
            {
                await error.WriteLineAsync(failure.AsMemory(), CancellationToken.None);
                return ExitCodes.Failure;
            }
            return await server.RunAsync(cancellationToken) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to end before it had started.
            return ExitCodes.Success;
        }
    }

    /// <summary>Validates a configuration, as <c>serve</c> would: reads it, its zone files and its location database, and compiles it.</summary>
    /// <returns><see cref="ExitCodes.Success"/> when it is valid.</returns>
    public static int Check(string path, bool asJson, TextWriter output, TextWriter error)
    {
        LoadResult result = LoadAndCheck(path);
        if (asJson)
        {
            output.WriteLine(ConfigurationReport.ToJson(result));
        }
        else
        {
            string findings = ConfigurationReport.ToText(result);
            if (findings.Length > 0)
            {
                error.WriteLine(findings);
            }
            output.WriteLine(result.Model is { } model
                ? $"{path}: valid ({model.Zones.Count} zones, {model.Policies.Count} policies, {model.Pools.Count} pools, {result.Warnings.Length} warnings)"
                : $"{path}: {result.Errors.Length} errors");
        }
        return result.Model is null ? ExitCodes.Failure : ExitCodes.Success;
    }

    /// <summary>Explains what a configuration would answer with every member up, without a running server.</summary>
    public static async Task<int> ExplainAsync(string path, ExplainQuery query, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        TimeProvider time = TimeProvider.System;
        ConfigurationLoader loader = new(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(time));
        LoadResult loaded = loader.Load(path);
        ConfigurationCompiler compiler = new(PlaceDatabaseCache.CreateDefault());
        // Nobody accepted it: whatever depends on when one did comes out the same each time.
        RevisionInfo revision = new(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch);
        (DataPlaneSnapshot? snapshot, ImmutableArray<ConfigurationError> errors) = compiler.Compile(loaded, revision, null);
        if (snapshot is null)
        {
            await error.WriteLineAsync(string.Join('\n', errors));
            return ExitCodes.Failure;
        }
        DataPlane dataPlane = new(time);
        if (WhatIf.TryCreate(snapshot, query.Down, out string? unknown) is not { } verdicts)
        {
            await error.WriteLineAsync(unknown);
            return ExitCodes.Failure;
        }
        dataPlane.Publish(snapshot, verdicts);
        using LoadFeed loads = new(new DiskConfigurationFiles(), dataPlane, time);
        loads.Refresh();
        ExplainRequest? request = ExplainRequest.Parse(query.ToParameters(), out ImmutableArray<string> problems);
        using HistoryReader? past = PastOf(snapshot.Model);
        ExplainReply reply = request is null
            ? ExplainReply.Refused(string.Join('\n', problems))
            : await new ExplainService(dataPlane, LimitsOf(snapshot.Model), _ => null, time, past).ExplainAsync(request, cancellationToken);
        if (reply.Problem is { } problem)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Failure;
        }
        await output.WriteLineAsync((query.Format switch { "json" => reply.Json, "svg" => reply.Svg, "html" => reply.Html, _ => reply.Text }).TrimEnd());
        return ExitCodes.Success;
    }

    /// <summary>The log of a server that is not running here, when the configuration says where it is.</summary>
    private static HistoryReader? PastOf(MeridianModel model) =>
        model.StateDirectory is { } state ? new HistoryReader(HistoryReader.DirectoryOf(state), null, stored: null) : null;

    /// <summary>The engine's limits as a configuration sets them.</summary>
    internal static AnswerLimits LimitsOf(MeridianModel model) => new() { UdpPayloadSize = model.Listen.UdpPayloadSize };

    /// <summary>The transports as a configuration sets them.</summary>
    internal static ServerOptions OptionsOf(ListenModel listen) => new()
    {
        Listen = listen.Dns,
        UdpThreads = listen.Threads,
        Udp = new UdpLimits { BatchSize = listen.Batch, CoalesceMicroseconds = listen.GatherMicroseconds },
        Tcp = new TcpLimits
        {
            Connections = listen.Tcp.Connections,
            ConnectionsPerClient = listen.Tcp.ConnectionsPerClient,
            IdleTimeout = listen.Tcp.IdleTimeout,
            QueryTimeout = listen.Tcp.QueryTimeout,
            SendTimeout = listen.Tcp.SendTimeout,
            BufferedOctets = (long)listen.Tcp.BufferMebibytes << 20,
        },
        Xdp = listen.Xdp is not { } xdp ? null : new XdpOptions
        {
            Interface = xdp.Interface,
            Queues = xdp.Queues,
            Mode = xdp.Mode switch
            {
                XdpMode.Native => XdpAttachMode.Native,
                XdpMode.Generic => XdpAttachMode.Generic,
                _ => XdpAttachMode.Auto,
            },
            BatchSize = xdp.Batch,
            ZeroCopy = xdp.ZeroCopy,
            Vlans = xdp.Vlans,
        },
    };

    /// <summary>Reads configurations that somebody asks about, with relative paths from where the served one has them.</summary>
    internal static ProposalReader ProposalsOf(ServeOptions options, IConfigurationFiles files, TimeProvider time)
    {
        string source = Path.GetFullPath(options.StoreDirectory ?? options.Path ?? ".");
        string directory = options.StoreDirectory is null && !Directory.Exists(source) ? Path.GetDirectoryName(source) ?? source : source;
        return new ProposalReader(files, directory, time);
    }

    /// <summary>A secret for server cookies that nobody else knows.</summary>
    internal static CookieSecret CreateCookieSecret()
    {
        Span<byte> octets = stackalloc byte[CookieSecret.Length];
        RandomNumberGenerator.Fill(octets);
        _ = CookieSecret.TryCreate(octets, out CookieSecret secret);
        return secret;
    }

    private static LoadResult LoadAndCheck(string path) =>
        new ConfigurationCompiler(PlaceDatabaseCache.CreateDefault()).Check(
            new ConfigurationLoader(new DiskConfigurationFiles(), ConfigurationCompiler.LoaderOptions(TimeProvider.System)), path);
}
