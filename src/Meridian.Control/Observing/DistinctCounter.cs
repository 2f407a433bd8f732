using System.Numerics;

namespace Meridian.Control.Observing;

/// <summary>
/// About how many different things were added, in 2 KiB whatever their number (HyperLogLog: Flajolet, Fusy, Gandouet and
/// Meunier, 2007). The standard error is 2.3 %.
/// </summary>
internal sealed class DistinctCounter
{
    // 4 to 16: two to this power of registers.
    private const int Precision = 11;
    private const int RegisterCount = 1 << Precision;

    // The paper's correction for this many registers.
    private const double Alpha = 0.7213 / (1 + (1.079 / RegisterCount));

    private readonly byte[] _registers = new byte[RegisterCount];

    /// <summary>Adds a thing by a well-spread hash of it.</summary>
    public void Add(ulong hash)
    {
        int register = (int)(hash & (RegisterCount - 1));
        byte rank = (byte)(BitOperations.LeadingZeroCount(hash | (RegisterCount - 1)) + 1);
        _registers[register] = Math.Max(_registers[register], rank);
    }

    /// <summary>Adds everything that another one counted.</summary>
    public void Add(DistinctCounter other)
    {
        for (int i = 0; i < RegisterCount; i++)
        {
            _registers[i] = Math.Max(_registers[i], other._registers[i]);
        }
    }

    public double Estimate()
    {
        double sum = 0;
        int empty = 0;
        foreach (byte rank in _registers)
        {
            sum += Math.ScaleB(1, -rank);
            empty += rank == 0 ? 1 : 0;
        }
        double raw = Alpha * RegisterCount * RegisterCount / sum;
        // While registers are empty, counting those is more precise.
        return raw <= 2.5 * RegisterCount && empty > 0 ? RegisterCount * Math.Log((double)RegisterCount / empty) : raw;
    }
}
