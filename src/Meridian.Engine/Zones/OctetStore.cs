namespace Meridian.Engine.Zones;

/// <summary>
/// The octets of a zone, with room behind them. What has been written never changes, so zones that follow each other share
/// one array: each reads what it knows of, and what a later one has put behind that is nothing to it.
/// </summary>
internal sealed class OctetStore
{
    // A sixteenth of what there is, and at least some hundred changes, before the array is copied again.
    private const int SpareShift = 4;
    private const int MinSpare = 16 << 10;

    private readonly Lock _appending = new();
    private readonly int _compactLength;
    private int _used;

    public OctetStore(byte[] octets)
        : this(octets, octets.Length, octets.Length)
    {
    }

    private OctetStore(byte[] octets, int used, int compactLength)
    {
        Octets = octets;
        _used = used;
        _compactLength = compactLength;
    }

    public byte[] Octets { get; }

    /// <summary>Most of it is what changes have left behind: time to compile the zone anew.</summary>
    public bool IsWasteful
    {
        get
        {
            lock (_appending)
            {
                return _used > (2L * _compactLength) + MinSpare;
            }
        }
    }

    /// <summary>Puts octets behind all that there are.</summary>
    /// <param name="more">The octets.</param>
    /// <param name="offset">Where they are.</param>
    /// <returns>The store that has them: this one, or a larger one.</returns>
    public OctetStore Append(ReadOnlySpan<byte> more, out int offset)
    {
        // Two changes may come from one zone: a candidate is compiled and thrown away while another one is published.
        lock (_appending)
        {
            offset = _used;
            if (_used + more.Length <= Octets.Length)
            {
                more.CopyTo(Octets.AsSpan(_used));
                _used += more.Length;
                return this;
            }
            int spare = Math.Max(MinSpare, _used >> SpareShift);
            byte[] larger = GC.AllocateUninitializedArray<byte>(checked(_used + more.Length + spare));
            Octets.AsSpan(0, _used).CopyTo(larger);
            more.CopyTo(larger.AsSpan(_used));
            return new OctetStore(larger, _used + more.Length, _compactLength);
        }
    }
}
