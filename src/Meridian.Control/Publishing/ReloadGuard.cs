using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Configuration;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Publishing;

/// <summary>
/// The guard where files are the truth: nobody stands behind a reload who could be asked for a reason, so what goes too far
/// waits until somebody approves it, or until the files say something else.
/// </summary>
/// <param name="source">The files.</param>
/// <param name="verdicts">What the health checks say now.</param>
/// <param name="volumes">What was asked lately; null when nobody counts.</param>
/// <param name="time">Dates what waits.</param>
internal sealed class ReloadGuard(string source, IVerdictSource verdicts, IObservedVolumes? volumes, TimeProvider time)
{
    private readonly ChangeGuard _guard = new(verdicts, volumes);
    private HeldReload? _held;
    private string? _approved;
    private int _count;

    /// <summary>What waits; null when nothing does.</summary>
    public PendingChange? Pending => Volatile.Read(ref _held)?.Pending;

    /// <summary>Whether a configuration may take the place of the one that is served; otherwise it is held.</summary>
    public bool Admits(DataPlaneSnapshot before, DataPlaneSnapshot after, LoadResult loaded)
    {
        if (loaded.Digest == _approved || before.Revision.Digest == loaded.Digest)
        {
            Forget();
            return true;
        }
        ImmutableArray<GuardFinding> findings = _guard.Check(before, after, ChangePlanner.ClientsOf(before, after));
        if (findings.IsEmpty)
        {
            Forget();
            return true;
        }
        if (_held?.Digest != loaded.Digest)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"f{++_count}");
            PendingChange pending = new(
                id, PendingReason.Guard, time.GetUtcNow(), "files", ChangeOrigin.File, $"reload {source}", null, findings, [], 1);
            Volatile.Write(ref _held, new HeldReload(pending, loaded.Digest));
        }
        return false;
    }

    /// <summary>Lets what is held through the next time it is loaded; false when it is not what waits.</summary>
    public bool TryApprove(string id)
    {
        if (_held is not { } held || held.Pending.Id != id)
        {
            return false;
        }
        _approved = held.Digest;
        return true;
    }

    /// <summary>Lets a configuration through the next time it is loaded: it is a served one with an operator's words, which carry their reason.</summary>
    public void Approve(string digest) => _approved = digest;

    private void Forget()
    {
        Volatile.Write(ref _held, null);
        _approved = null;
    }

    /// <param name="Pending">As it is shown.</param>
    /// <param name="Digest">Of what the files said when they were looked at.</param>
    private sealed record HeldReload(PendingChange Pending, string Digest);
}
