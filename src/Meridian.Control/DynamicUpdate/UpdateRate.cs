using Meridian.Dns.Names;

namespace Meridian.Control.DynamicUpdate;

/// <summary>A budget of updates for each key. For one thread.</summary>
internal sealed class UpdateRate(TimeProvider time)
{
    // Keys are configured: there is one entry for each that was ever used since the start.
    private readonly Dictionary<DomainName, Budget> _budgets = [];

    /// <summary>Takes one update out of a key's budget; false when it is used up.</summary>
    public bool TryTake(DomainName key, int perSecond)
    {
        double most = (double)perSecond * DynamicUpdateLimits.BurstSeconds;
        long now = time.GetTimestamp();
        Budget budget = _budgets.TryGetValue(key, out Budget known) ? known : new Budget(most, now);
        double left = Math.Min(most, budget.Left + (perSecond * time.GetElapsedTime(budget.At, now).TotalSeconds));
        bool isTaken = left >= 1;
        _budgets[key] = new Budget(isTaken ? left - 1 : left, now);
        return isTaken;
    }

    private readonly record struct Budget(double Left, long At);
}
