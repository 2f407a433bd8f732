using System.Collections.Immutable;
using Meridian.Control.Changes;
using Meridian.Control.Configuration;
using Meridian.Control.Http;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Publishing;

/// <summary>Tells what became of each load of the files: in the status, in the metrics and in the log.</summary>
internal sealed class LoadReports(string source, TimeProvider time, ControlMetrics metrics, ILogger logger)
{
    private volatile ConfigurationStatus _status = new() { State = ConfigurationState.Ok, Source = source };

    /// <summary>Whether the newest configuration is served.</summary>
    public ConfigurationStatus Status => _status;

    /// <summary>A load has errors; what was served goes on.</summary>
    public void Refused(ImmutableArray<ConfigurationError> errors, DataPlaneSnapshot? before)
    {
        _status = _status with
        {
            State = ConfigurationState.Broken,
            RefusedAt = time.GetUtcNow(),
            Errors = [.. errors.Select(error => error.ToString())],
        };
        metrics.OnRefused();
        logger.Refused(errors.Length, before is null ? "nothing is served yet" : $"revision {before.Revision.Number} goes on being served");
        foreach (ConfigurationError error in errors)
        {
            logger.ConfigurationFault(error.ToString());
        }
    }

    /// <summary>The guard holds a load until somebody lets it in.</summary>
    public void Held(PendingChange pending, DataPlaneSnapshot before)
    {
        _status = _status with
        {
            State = ConfigurationState.Held,
            RefusedAt = time.GetUtcNow(),
            Errors = [.. pending.Guard.Select(finding => $"the guard holds it ({pending.Id}): {finding.Message}")],
        };
        metrics.OnRefused();
        logger.ReloadHeld(pending.Id, before.Revision.Number, string.Join("; ", pending.Guard.Select(finding => finding.Message)));
    }

    /// <summary>A load is served.</summary>
    public void Accepted(AcceptedLoad load)
    {
        _status = new ConfigurationStatus { State = ConfigurationState.Ok, Source = source, LoadedAt = time.GetUtcNow() };
        long revision = load.Snapshot.Revision.Number;
        metrics.OnAccepted(revision);
        foreach (ConfigurationError warning in load.Loaded.Warnings)
        {
            logger.ConfigurationWarning(warning.ToString());
        }
        if (load.IsUnchanged)
        {
            logger.Unchanged(revision, load.Reason);
            return;
        }
        MeridianModel model = load.Snapshot.Model;
        logger.Published(revision, model.Zones.Count, model.Pools.Count, model.Policies.Count, (long)load.Elapsed.TotalMilliseconds, load.Reason);
        if (load.Before is { } before && !HaveSameListen(before.Model.Listen, model.Listen))
        {
            logger.ListenChanged();
        }
    }

    /// <summary>An earlier configuration is served, because the newest was refused as this says.</summary>
    public void OlderServed(ConfigurationStatus refused)
    {
        _status = refused with { LoadedAt = time.GetUtcNow() };
        metrics.OnOlderServed();
    }

    /// <summary>Of two refusals the first is what the operator has to hear of.</summary>
    public void GoBackTo(ConfigurationStatus refused) => _status = refused;

    private static bool HaveSameListen(ListenModel left, ListenModel right) =>
        left.Dns.SequenceEqual(right.Dns) && left with { Dns = [] } == right with { Dns = [] };
}

/// <summary>A load that is served.</summary>
/// <param name="Loaded">As the reader left it.</param>
/// <param name="Snapshot">Compiled.</param>
/// <param name="Before">What was served before; null at the start.</param>
/// <param name="IsUnchanged">Whether that was the same.</param>
/// <param name="Elapsed">How long compiling and publishing took.</param>
/// <param name="Reason">Why it was loaded.</param>
internal sealed record AcceptedLoad(
    LoadResult Loaded, DataPlaneSnapshot Snapshot, DataPlaneSnapshot? Before, bool IsUnchanged, TimeSpan Elapsed, string Reason);
