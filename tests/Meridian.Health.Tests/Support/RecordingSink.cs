using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;

namespace Meridian.Health.Tests.Support;

/// <summary>Remembers what was published, and lets a test wait for it.</summary>
internal sealed class RecordingSink : IVerdictSink
{
    private readonly Lock _gate = new();
    private readonly List<VerdictChange[]> _publications = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal List<VerdictChange[]> Publications
    {
        get
        {
            lock (_gate)
            {
                return [.. _publications];
            }
        }
    }

    /// <summary>Publications to refuse before the next that is taken.</summary>
    internal int Refusals { get; set; }

    public void Publish(ReadOnlySpan<VerdictChange> changes)
    {
        if (Refusals > 0)
        {
            Refusals--;
            throw new InvalidOperationException("Refused.");
        }

        lock (_gate)
        {
            _publications.Add(changes.ToArray());
            _news.TrySetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The last published verdict on a member.</summary>
    internal MemberVerdict? Of(MemberKey member) => Publications.SelectMany(p => p)
        .Where(change => change.Member == member)
        .Select(change => (MemberVerdict?)change.Verdict)
        .LastOrDefault();

    /// <summary>Waits until a state is the last published one.</summary>
    internal async Task WaitForAsync(MemberKey member, HealthState state, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                news = _news.Task;
            }

            if (Of(member)?.State == state)
            {
                return;
            }

            await news.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
        }
    }
}
