using Meridian.Engine.Observing;

namespace Meridian.Control.Observing;

/// <summary>Numbers the names of the account. A number keeps its name for good, whatever becomes of the configuration.</summary>
internal sealed class NameTable
{
    /// <summary>The number of all names that the configuration does not have, and of those beyond the limit.</summary>
    public const int Other = 0;

    // 1,000 to 1,000,000 names that were ever asked for; 100 octets each.
    private const int Limit = 100_000;

    private readonly Dictionary<ObservedName, int> _numbers = new(new ByOwnerAndZone());
    private readonly List<ObservedName?> _names = [null];

    /// <summary>The number of a name; null is the number of what is not known.</summary>
    public int NumberOf(ObservedName? name)
    {
        if (name is null)
        {
            return Other;
        }
        if (_numbers.TryGetValue(name, out int number))
        {
            // Its policies may be others by now.
            _names[number] = name;
            return number;
        }
        if (_names.Count >= Limit)
        {
            return Other;
        }
        _names.Add(name);
        _numbers.Add(name, _names.Count - 1);
        return _names.Count - 1;
    }

    /// <summary>The name of a number; null for <see cref="Other"/>.</summary>
    public ObservedName? NameOf(int number) => _names[number];

    private sealed class ByOwnerAndZone : IEqualityComparer<ObservedName>
    {
        public bool Equals(ObservedName? x, ObservedName? y) => x?.Owner == y?.Owner && x?.Zone == y?.Zone;

        public int GetHashCode(ObservedName obj) => HashCode.Combine(obj.Owner, obj.Zone);
    }
}
