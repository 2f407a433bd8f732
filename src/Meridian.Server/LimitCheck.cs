using System.Collections.Immutable;

namespace Meridian.Server;

/// <summary>Collects what is out of range, all of it at once.</summary>
internal sealed class LimitCheck
{
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();

    public ImmutableArray<string> Errors => _errors.ToImmutable();

    public void InRange<T>(string name, T value, T minimum, T maximum)
        where T : IComparable<T>
    {
        if (value.CompareTo(minimum) < 0 || value.CompareTo(maximum) > 0)
        {
            _errors.Add($"{name}: {value} is not between {minimum} and {maximum}");
        }
    }

    public void Require(bool condition, string error)
    {
        if (!condition)
        {
            _errors.Add(error);
        }
    }
}
