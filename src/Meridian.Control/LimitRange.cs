namespace Meridian.Control;

/// <summary>The one check that setters of limits make.</summary>
internal static class LimitRange
{
    /// <summary>The value, when it is in the range of a limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static T InRange<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
        return value;
    }
}
