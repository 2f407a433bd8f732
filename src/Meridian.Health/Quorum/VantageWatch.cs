using System.Collections.Immutable;
using System.Net;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;

namespace Meridian.Health.Quorum;

/// <summary>
/// Finds out whether this vantage point sees, by its reference targets: now and then, and at once when a failure waits for
/// the proof. And it notices vantage points elsewhere that fell silent.
/// </summary>
internal sealed class VantageWatch(
    Lock gate, Sight sight, VoteIntake votes, ProbeLoop loop, HealthNews news, IProbe probe, AsyncSignal proofNeeded, HealthOptions options, TimeProvider time)
{
    // How finely silence is measured, and how soon after one fruitless round the next one begins.
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    private readonly MonitorModel _monitor = new()
    {
        Name = "reference",
        Type = MonitorType.Tcp,
        Port = 0,
        Interval = options.ReferenceInterval,
        Timeout = options.ReferenceTimeout,
    };

    // Replaced whole at each configuration; read by the loop.
    private ImmutableArray<IPEndPoint> _references = [];
    private long _roundAt;

    /// <summary>Follows a new configuration, under the lock.</summary>
    internal void Follow(ImmutableArray<IPEndPoint> references)
    {
        _references = references;
        proofNeeded.Set();
    }

    /// <summary>Whether it has anything to look at: reference targets.</summary>
    internal bool IsNeeded => !_references.IsEmpty;

    /// <summary>What it does when it wakes.</summary>
    internal Task TurnAsync(CancellationToken cancellationToken)
    {
        Listen();
        return AskIfDueAsync(cancellationToken);
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Beat, time);
        Task<bool> tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        Task signal = proofNeeded.WaitAsync(cancellationToken).AsTask();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                Task woken = await Task.WhenAny(tick, signal);
                await woken;
                if (woken == signal)
                {
                    signal = proofNeeded.WaitAsync(cancellationToken).AsTask();
                    await AskAsync(cancellationToken);
                }
                else
                {
                    tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                    await TurnAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end was asked for.
        }
    }

    private void Listen()
    {
        List<ResultEffect> effects;
        lock (gate)
        {
            effects = votes.Tick(loop.Now);
            loop.Wake();
        }

        effects.ForEach(news.Tell);
    }

    private Task AskIfDueAsync(CancellationToken cancellationToken)
    {
        bool isUrgent;
        lock (gate)
        {
            isUrgent = sight.IsBlind || votes.NeedsProof;
        }

        return isUrgent || time.GetElapsedTime(_roundAt) >= options.ReferenceInterval ? AskAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>One round: whether any reference target can be reached.</summary>
    private async Task AskAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<IPEndPoint> references;
        TimeSpan startedAt;
        lock (gate)
        {
            (references, startedAt) = (_references, loop.Now);
        }

        _roundAt = time.GetTimestamp();
        if (references.IsEmpty)
        {
            return;
        }

        string[] failures = await Task.WhenAll(references.Select(reference => AskAsync(reference, startedAt, cancellationToken)));
        if (Array.TrueForAll(failures, failure => failure.Length > 0))
        {
            Take(() => votes.ReachedNone(startedAt, $"no reference target can be reached: {string.Join("; ", failures)}", loop.Now));
        }
    }

    /// <summary>Reports as soon as one is reached, because verdicts may wait for it; gives why not, or nothing.</summary>
    private async Task<string> AskAsync(IPEndPoint reference, TimeSpan startedAt, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(options.ReferenceTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        ProbeResult result = await probe.ProbeAsync(new ProbeTarget(reference.Address, null, reference.Port), _monitor, either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (result.Outcome != ProbeOutcome.Success)
        {
            return $"{reference}: {result.Reason}";
        }

        Take(() => votes.Reached(startedAt, loop.Now));
        return "";
    }

    private void Take(Func<ResultEffect> change)
    {
        ResultEffect effect;
        lock (gate)
        {
            effect = change();
            loop.Wake();
        }

        news.Tell(effect);
    }
}
