namespace Meridian.Engine.Tests.Steering;

/// <summary>
/// The numbers that a random case is made from: drawn from a seed and remembered, or given. A case that is made again from
/// fewer and smaller numbers is a smaller case, whatever it consists of, so this is all that shrinking has to know. 0 must
/// always mean the simplest thing.
/// </summary>
internal sealed class Choices
{
    private readonly Random? _random;
    private readonly IReadOnlyList<int> _given;
    private readonly List<int> _made = [];

    private Choices(Random? random, IReadOnlyList<int> given) => (_random, _given) = (random, given);

    /// <summary>What was chosen up to now.</summary>
    public IReadOnlyList<int> Made => _made;

    /// <summary>The same for the same seed.</summary>
    public static Choices Of(int seed) => new(new Random(seed), []);

    /// <summary>The numbers given, as far as each is in range, and then zeros.</summary>
    public static Choices Of(IReadOnlyList<int> given) => new(null, given);

    /// <summary>A number from 0 to below the limit.</summary>
    public int Next(int limit)
    {
        int chosen = _random?.Next(limit) ?? (_made.Count < _given.Count ? Math.Min(_given[_made.Count], limit - 1) : 0);
        _made.Add(chosen);
        return chosen;
    }

    public int Next(int first, int limit) => first + Next(limit - first);
}
