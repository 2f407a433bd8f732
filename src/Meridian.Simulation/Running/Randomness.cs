using System.Runtime.CompilerServices;

namespace Meridian.Simulation.Running;

/// <summary>
/// A stream of random numbers (SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
/// 2014). Eight octets, so that each cache can have a stream of its own and results do not depend on who runs first.
/// </summary>
internal struct Randomness(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A stream of its own for a numbered thing.</summary>
    public static Randomness For(ulong seed, ulong number) => new(Mix(seed ^ Mix(number + 0x9E3779B97F4A7C15)));

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>0 up to, but not including, 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Exponentially distributed with mean 1.</summary>
    public double NextExponential() => -Math.Log(1 - NextDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
