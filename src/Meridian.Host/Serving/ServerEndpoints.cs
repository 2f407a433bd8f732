using System.Net;
using System.Security.Cryptography;
using Meridian.Control.Access;
using Meridian.Control.Configuration;
using Meridian.Control.Explaining;
using Meridian.Control.Http;
using Meridian.Control.Linting;
using Meridian.Control.Route53;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.RecordSets;
using Meridian.Health.Probes.Push;
using Meridian.Health.Quorum.Streaming;
using Meridian.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>
/// Everything of a server that listens beside DNS: votes of other vantage points, the Route 53 API, and the local endpoint with
/// the native API; and who may use them.
/// </summary>
/// <param name="parts">What they show and command.</param>
/// <param name="status">What they tell of the server.</param>
/// <param name="updates">Where dynamic updates came from, for the audit log.</param>
internal sealed class ServerEndpoints(RunningParts parts, ServerStatus status, UpdateSources updates) : IAsyncDisposable
{
    private LocalEndpoint? _local;
    private VoteEndpoint? _votes;
    private Route53Endpoint? _route53;
    private ServerAccess? _access;
    private TlsCertificate? _certificate;

    /// <summary>Opens what a configuration asks for.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="limits">As queries are answered with.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>Null when all is open; otherwise what keeps it from it, for the person who started the server.</returns>
    public async Task<string?> TryOpenAsync(MeridianModel model, AnswerLimits limits, CancellationToken cancellationToken) =>
        await TryTakeVotesAsync(model, cancellationToken)
        ?? await TryOpenRoute53Async(model, cancellationToken)
        ?? await TryOpenLocalAsync(model, limits, cancellationToken);

    /// <summary>Keeps access as the change log has it, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        _access?.RunAsync(cancellationToken) ?? Task.Delay(Timeout.InfiniteTimeSpan, parts.Time, cancellationToken);

    /// <summary>Looks at what changes by itself; called every second.</summary>
    public void Tick()
    {
        _certificate?.Refresh();
        _access?.Tick();
    }

    public async ValueTask DisposeAsync()
    {
        if (_local is not null)
        {
            await _local.DisposeAsync();
        }
        if (_route53 is not null)
        {
            await _route53.DisposeAsync();
        }
        if (_votes is not null)
        {
            await _votes.DisposeAsync();
        }
        if (_access is not null)
        {
            await _access.DisposeAsync();
        }
    }

    private async Task<string?> TryTakeVotesAsync(MeridianModel model, CancellationToken cancellationToken)
    {
        if (model.Listen.Votes is not { } listen)
        {
            return null;
        }
        try
        {
            _votes = new VoteEndpoint(listen, parts.Health.Votes, parts.Time, parts.Loggers);
            await _votes.StartAsync(cancellationToken);
            return null;
        }
        catch (IOException e)
        {
            return $"votes cannot be taken on {listen.Address}: {e.Message}";
        }
    }

    private async Task<string?> TryOpenRoute53Async(MeridianModel model, CancellationToken cancellationToken)
    {
        if (model.Listen.Route53 is not { } address)
        {
            return null;
        }
        if (parts.Authority.Changes.Log is not { } log)
        {
            return "the Route 53 API changes zones, and here files are where they are changed: start with 'meridian serve --store DIRECTORY', or take out 'listen.route53'";
        }
        if (LoadCertificate(model) is { } problem)
        {
            return problem;
        }
        try
        {
            ServerAccess access = await OpenAccessAsync(model, cancellationToken);
            Route53Sources sources = new()
            {
                Changes = parts.Authority.Changes,
                Log = log,
                Keys = access.Endpoint.Keys.Index,
                Audit = access.Endpoint.Audit,
                Model = () => parts.DataPlane.Snapshot?.Model,
                DataPlane = () => parts.DataPlane,
                ServedRevision = () => parts.Authority.ServedRevision,
                Health = monitor => parts.Health.GetReport(StandingMonitors.MemberOf(monitor)),
                Time = parts.Time,
                Random = RandomNumberGenerator.Fill,
            };
            _route53 = new Route53Endpoint(OptionsOf(model, address), sources, new Route53Limits(), parts.Loggers);
            await _route53.StartAsync(cancellationToken);
            return null;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return $"the Route 53 API cannot listen on {address}: {e.Message}";
        }
    }

    private async Task<string?> TryOpenLocalAsync(MeridianModel model, AnswerLimits limits, CancellationToken cancellationToken)
    {
        if (model.Listen.Http is not { } address)
        {
            return null;
        }
        if (LoadCertificate(model) is { } problem)
        {
            return problem;
        }
        try
        {
            ServerAccess access = await OpenAccessAsync(model, cancellationToken);
            _local = new LocalEndpoint(OptionsOf(model, address), SourcesOf(limits), access.Endpoint, parts.Loggers);
            await _local.StartAsync(cancellationToken);
            access.OpenLocalKey(_local.Address.Port);
            return null;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return $"the HTTP endpoint cannot listen on {address}: {e.Message}";
        }
    }

    private EndpointOptions OptionsOf(MeridianModel model, IPEndPoint address) =>
        new() { Address = address, Certificate = _certificate, IsPlainAllowed = model.Listen.IsPlainHttpAllowed };

    /// <summary>One for both APIs.</summary>
    private async Task<ServerAccess> OpenAccessAsync(MeridianModel model, CancellationToken cancellationToken) =>
        _access ??= await ServerAccess.OpenAsync(model, parts.Authority, updates, parts.Time, parts.Loggers, cancellationToken);

    /// <summary>Loads the certificate once; the problem when it cannot be used.</summary>
    private string? LoadCertificate(MeridianModel model)
    {
        if (_certificate is not null || model.Listen.HttpTls is not { } tls)
        {
            return null;
        }
        _certificate = TlsCertificate.TryLoad(
            tls.CertificatePath, tls.KeyPath, parts.Files, parts.Time, parts.Loggers.CreateLogger<TlsCertificate>(), out string? problem);
        return problem;
    }

    private LocalEndpointSources SourcesOf(AnswerLimits limits)
    {
        IConfigurationAuthority authority = parts.Authority;
        ExplainService explain = new(parts.DataPlane, limits, parts.Health.GetReport, parts.Time, parts.Past);
        return new LocalEndpointSources
        {
            Configuration = () => authority.Status,
            Readiness = () => status.Readiness,
            Status = status.Report,
            NextChange = cancelled => parts.DataPlane.NextChange.WaitAsync(cancelled),
            Metrics = writer => writer.Write(PrometheusText.Format(parts.Metrics.Collect())),
            Explain = explain.ExplainAsync,
            Documents = authority.Documents,
            Changes = authority.Changes,
            Staged = authority.Staged,
            Planned = authority.Planned,
            Observatory = parts.Observatory,
            Propose = parts.Proposals.Read,
            Model = () => parts.DataPlane.Snapshot?.Model,
            AcceptPlaces = AcceptPlaces,
            Lint = () => parts.DataPlane.Snapshot is { } served && authority.Loaded is { } loaded
                ? LintOutput.ToJson(Linter.Lint(loaded, served.Places))
                : null,
            FailBack = parts.Health.FailBack,
            Breaker = CommandBreaker,
            Push = report => parts.Health.Reports.Receive(report.Monitor, report.Member, report.Token, report.IsUp, report.Message) == PushOutcome.Accepted,
        };
    }

    private void CommandBreaker(BreakerCommand command)
    {
        if (command.IsFreeze)
        {
            parts.Health.Freeze(command.By);
        }
        else
        {
            parts.Health.Thaw(command.By);
        }
    }

    private bool AcceptPlaces()
    {
        bool isAccepted = parts.Places.Accept();
        if (isAccepted)
        {
            parts.Authority.RequestReload(ReloadReason.PlacesChanged);
        }
        return isAccepted;
    }
}
