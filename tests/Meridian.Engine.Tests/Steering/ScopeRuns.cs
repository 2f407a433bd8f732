using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Steering;

/// <summary>
/// The IPv4 address space as one policy cuts it, by the reference: runs of clients with the same decision, as long as can be.
/// A prefix holds one decision exactly when it lies within a run.
/// </summary>
internal sealed class ScopeRuns
{
    private readonly List<(ulong First, string Residual)> _runs = [];

    private ScopeRuns()
    {
    }

    /// <summary>Asks the reference about one client of every stretch that neither the database nor the policy can cut.</summary>
    public static ScopeRuns Of(RandomSteering steering, PolicyModel policy, IEnumerable<ulong> borders)
    {
        ScopeRuns runs = new();
        ulong[] sorted = [.. borders.Distinct().Order()];
        for (ulong at = 0; at <= uint.MaxValue;)
        {
            ReferenceClient client = steering.Client((uint)at, out int placeLength);
            string residual = steering.Reference.Residual(policy.Root, policy, client);
            if (runs._runs.Count == 0 || runs._runs[^1].Residual != residual)
            {
                runs._runs.Add((at, residual));
            }
            ulong placeSize = 1UL << (32 - placeLength);
            ulong next = (at & ~(placeSize - 1)) + placeSize;
            int border = Array.BinarySearch(sorted, at + 1);
            border = border < 0 ? ~border : border;
            at = border < sorted.Length ? Math.Min(next, sorted[border]) : next;
        }
        return runs;
    }

    /// <summary>The length of the shortest prefix around a client in which every client has the same decision.</summary>
    public int WidestExact(uint client, out bool isSticky)
    {
        int run = _runs.FindLastIndex(found => found.First <= client);
        isSticky = _runs[run].Residual.Contains("k(", StringComparison.Ordinal);
        ulong first = _runs[run].First;
        ulong end = run + 1 < _runs.Count ? _runs[run + 1].First : 1UL << 32;
        int length = 32;
        while (length > 0)
        {
            ulong size = 1UL << (33 - length);
            ulong start = client & ~(size - 1);
            if (start < first || start + size > end)
            {
                break;
            }
            length--;
        }
        return length;
    }
}
