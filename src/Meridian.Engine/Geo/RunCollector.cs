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

    /// <summary>How many runs there are.</summary>
    public int Count => _starts.Count;

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
            AddAlone(first, classIndex);
        }
    }

    /// <summary>Adds what starts at an address, apart from what is before it even if the class is the same.</summary>
    public void AddAlone(TKey first, ushort classIndex)
    {
        if (_starts.Count > 0 && _starts[^1] == first)
        {
            // What was to start here turned out to be empty.
            _starts.RemoveAt(_starts.Count - 1);
            _classes.RemoveAt(_classes.Count - 1);
        }
        _starts.Add(first);
        _classes.Add(classIndex);
    }
}
