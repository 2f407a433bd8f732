namespace Meridian.Engine.Observing;

/// <summary>
/// Samples on their way from the one thread that answers to the one that keeps the account. Never waits: when the reader is
/// late, samples are left out, and counted.
/// </summary>
internal sealed class SampleRing
{
    /// <summary>A power of two. Half a second of a thread that answers half a million queries per second; half a mebibyte.</summary>
    public const int Capacity = 8192;

    private readonly QuerySample[] _samples = new QuerySample[Capacity];
    private long _written;
    private long _read;
    private long _lost;

    /// <summary>Queries that the samples that were left out stood for.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Only by the thread that answers.</summary>
    public void Write(in QuerySample sample)
    {
        long at = _written;
        // Volatile: what the reader has finished with may be overwritten, and nothing sooner.
        if (at - Volatile.Read(ref _read) >= Capacity)
        {
            Volatile.Write(ref _lost, _lost + sample.Weight);
            return;
        }
        _samples[at & (Capacity - 1)] = sample;
        // Volatile: the sample is there before its number says so.
        Volatile.Write(ref _written, at + 1);
    }

    /// <summary>Only by the thread that keeps the account.</summary>
    /// <returns>How many of <paramref name="into"/> were filled.</returns>
    public int Read(Span<QuerySample> into)
    {
        long from = _read;
        int count = (int)Math.Min(into.Length, Volatile.Read(ref _written) - from);
        for (int i = 0; i < count; i++)
        {
            into[i] = _samples[(from + i) & (Capacity - 1)];
        }
        Volatile.Write(ref _read, from + count);
        return count;
    }
}
