using System.Collections.Immutable;

namespace Meridian.Health.Quorum;

/// <summary>The connection of one vantage point, as the engine sees it.</summary>
/// <param name="vantage">Whose.</param>
/// <param name="address">From where.</param>
public sealed class VoteStream(string vantage, string address)
{
    private readonly Publishing.AsyncSignal _changed = new();
    private volatile bool _isEnded;

    public string Vantage { get; } = vantage;

    public string Address { get; } = address;

    /// <summary>Whether the engine has no use for it any more: another one took its place, or its vantage point is gone.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>Waits until there is something new to tell it: what it is to check, or that it ended.</summary>
    internal ValueTask WaitAsync(CancellationToken cancellationToken) => _changed.WaitAsync(cancellationToken);

    /// <summary>What it is to check has changed.</summary>
    internal void Signal() => _changed.Set();

    internal void End()
    {
        _isEnded = true;
        _changed.Set();
    }
}

/// <summary>What a vantage point is to check.</summary>
/// <param name="Checks">All of it; what is not among them is to stop.</param>
/// <param name="References">What it can reach as long as its network works.</param>
internal sealed record Assignment(ImmutableArray<AssignedCheck> Checks, ImmutableArray<System.Net.IPEndPoint> References);

/// <summary>One check of a vantage point.</summary>
/// <param name="Id">What it is called in votes.</param>
/// <param name="Key">What is asked, and of whom.</param>
internal readonly record struct AssignedCheck(long Id, Publishing.CheckKey Key);
