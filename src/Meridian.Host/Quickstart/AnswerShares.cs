using System.Net;

namespace Meridian.Host.Quickstart;

/// <summary>The share that each address had in the last answers to one question.</summary>
internal sealed class AnswerShares
{
    /// <summary>Answers looked back on, 10 to 10,000. At the pace of 20 questions a second these are the last 10 s: enough to tell 70 from 50, and soon over a failover.</summary>
    public const int WindowLength = 200;

    private readonly Queue<IReadOnlyList<IPAddress>> _window = new();
    private readonly Dictionary<IPAddress, int> _counts = [];

    public int AnswerCount => _window.Count;

    /// <summary>Adds one answer, and forgets the oldest when the window is full.</summary>
    public void Add(IReadOnlyList<IPAddress> answer)
    {
        if (_window.Count == WindowLength)
        {
            Count(_window.Dequeue(), -1);
        }
        _window.Enqueue(answer);
        Count(answer, +1);
    }

    /// <summary>The share of answers with this address in them, 0 to 1; null before the first answer.</summary>
    public double? ShareOf(IPAddress address) =>
        _window.Count == 0 ? null : (double)_counts.GetValueOrDefault(address) / _window.Count;

    private void Count(IReadOnlyList<IPAddress> answer, int change)
    {
        foreach (IPAddress address in answer)
        {
            _counts[address] = _counts.GetValueOrDefault(address) + change;
        }
    }
}
