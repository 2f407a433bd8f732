using System.Runtime.InteropServices;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering.Limiting;

/// <summary>What has a budget of its own.</summary>
internal enum RateCategory : byte
{
    Positive,
    Negative,
    Error,
}

/// <summary>What becomes of a response.</summary>
internal enum RateVerdict : byte
{
    Send,

    /// <summary>Over the budget, and the one in so many that is sent without records.</summary>
    Slip,

    Drop,
}

/// <summary>
/// One worker's account of responses: a table of fixed size, in sets of eight entries, two cache lines. No
/// allocation, no lock; each worker has its share of the budget, because the kernel spreads a network's flows over all.
/// </summary>
internal sealed class RateLimiter
{
    private const int EntriesPerSet = 8;

    private readonly Entry[] _entries;
    private readonly uint[] _budgets = new uint[3];
    private readonly int _setMask;
    private readonly DrawKey _key;
    private uint _overBudget;

    /// <summary>An empty account.</summary>
    /// <param name="settings">The budgets.</param>
    /// <param name="workerCount">How many workers share them.</param>
    /// <param name="key">Keeps clients from choosing which entries they fall into.</param>
    public RateLimiter(RateLimitSettings settings, int workerCount, DrawKey key)
    {
        Settings = settings;
        _entries = new Entry[settings.EntryCount];
        _setMask = (settings.EntryCount / EntriesPerSet) - 1;
        _key = key;
        for (int i = 0; i < _budgets.Length; i++)
        {
            // Rounded up: a budget smaller than the number of workers must not become none.
            _budgets[i] = (uint)((settings.RateOf((RateCategory)i) + workerCount - 1) / workerCount);
        }
    }

    public RateLimitSettings Settings { get; }

    /// <summary>Counts a response and says what becomes of it.</summary>
    /// <param name="address">To whom it would go.</param>
    /// <param name="category">What kind it is.</param>
    /// <param name="unixSeconds">The present second.</param>
    public RateVerdict Count(in ClientAddress address, RateCategory category, long unixSeconds)
    {
        uint budget = _budgets[(int)category];
        if (budget == 0)
        {
            return RateVerdict.Send;
        }
        uint now = (uint)unixSeconds;
        ref Entry entry = ref FindEntry(Settings.NetworkOf(in address), category, now);
        if (entry.Second != now)
        {
            // A clock that goes back begins a new second too.
            entry.Second = now;
            entry.Count = 0;
        }
        if (entry.Count < budget)
        {
            entry.Count++;
            return RateVerdict.Send;
        }
        if (Settings.IsExempt(in address))
        {
            return RateVerdict.Send;
        }
        int slip = Settings.Model.Slip;
        return slip > 0 && ++_overBudget % (uint)slip == 0 ? RateVerdict.Slip : RateVerdict.Drop;
    }

    /// <summary>
    /// The entry of a network. Without one, it takes the place of the network that was quiet longest; where all are busy
    /// this second it shares an entry, because a place that is given away would be a budget that is given anew.
    /// </summary>
    private ref Entry FindEntry(in ClientAddress network, RateCategory category, uint now)
    {
        ulong hash = DrawHash.Mix(_key.First ^ network.High, _key.Second ^ network.Low ^ ((ulong)category << 62));
        hash = DrawHash.Mix(hash, _key.First);
        uint tag = (uint)(hash >> 32) | 1;
        Span<Entry> set = _entries.AsSpan(((int)hash & _setMask) * EntriesPerSet, EntriesPerSet);
        int oldest = 0;
        for (int i = 0; i < set.Length; i++)
        {
            if (set[i].Tag == tag)
            {
                return ref set[i];
            }
            oldest = set[i].Second < set[oldest].Second ? i : oldest;
        }
        if (set[oldest].Tag != 0 && set[oldest].Second == now)
        {
            return ref set[(int)((tag >> 1) % EntriesPerSet)];
        }
        set[oldest] = new Entry { Tag = tag };
        return ref set[oldest];
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct Entry
    {
        /// <summary>Upper bits of the network's hash; 0 when the entry was never used.</summary>
        public uint Tag;

        /// <summary>The second that is counted.</summary>
        public uint Second;

        /// <summary>Responses in it.</summary>
        public uint Count;
    }
}
