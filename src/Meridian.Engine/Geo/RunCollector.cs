using System.Numerics;

namespace Meridian.Engine.Geo;

/// <summary>Collects leaves in the order of their addresses into runs: stretches of addresses with the same class, as long as can be.</summary>
/// <typeparam name="TKey">An address, as a number.</typeparam>
/// <param name="isNeverAsked">Addresses that no lookup asks for here: they may have any class, so they never end a run.</param>
internal sealed class RunCollector<TKey>(Func<TKey, bool>? isNeverAsked = null)
    where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>
{
    private readonly List<TKey> _starts = [];
    private readonly List<ushort> _classes = [];

    /// <summary>The first address of each run.</summary>
    public IReadOnlyList<TKey> Starts => _starts;

    /// <summary>The class of each run.</summary>
    public IReadOnlyList<ushort> Classes => _classes;

    /// <summary>Adds what starts at an address and goes on until the next call.</summary>
    public void Add(TKey first, ushort classIndex)
    {
        bool goesOn = _classes.Count > 0 && (_classes[^1] == classIndex || isNeverAsked?.Invoke(first) == true);
        if (!goesOn)
        {
            _starts.Add(first);
            _classes.Add(classIndex);
        }
    }
}
