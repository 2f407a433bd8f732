namespace Meridian.Health.Judging;

/// <summary>What was taken out within some time, and how much of the traffic went to it when it was. Guarded by the engine's lock.</summary>
internal sealed class RemovalWindow
{
    private readonly Queue<(DateTimeOffset At, int Members, double Share)> _removals = new();

    /// <summary>Members.</summary>
    internal int Members { get; private set; }

    /// <summary>The part of the observed traffic; more than 1 when clients were moved twice.</summary>
    internal double Share { get; private set; }

    internal void Add(DateTimeOffset at, int members, double share)
    {
        _removals.Enqueue((at, members, share));
        Members += members;
        Share += share;
    }

    /// <summary>Forgets what was taken out before.</summary>
    internal void Forget(DateTimeOffset before)
    {
        while (_removals.TryPeek(out (DateTimeOffset At, int Members, double Share) oldest) && oldest.At < before)
        {
            _removals.Dequeue();
            Members -= oldest.Members;
            Share -= oldest.Share;
        }

        // Sums of fractions keep a remainder, and an empty window has none.
        Share = _removals.Count == 0 ? 0 : Share;
    }

    internal void Clear()
    {
        _removals.Clear();
        (Members, Share) = (0, 0);
    }
}
