using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;

namespace Meridian.Engine.Observing;

/// <summary>
/// Which queries of one thread are looked at, and for how many each stands. While a second is young, every one; beyond that,
/// one of <see cref="OneOf"/> by lot, and all of a panel of addresses, whose re-query times stay whole at any rate.
/// Each query is counted once by its weight, so sums are right whatever the rate. A mutable struct: the thread's own.
/// </summary>
internal struct QuerySampling
{
    /// <summary>1 to 255: so few that looking cannot be measured, so many that an hour tells shares of a thousandth apart.</summary>
    public const byte OneOf = 64;

    // 0 to 4,096 queries per second and thread. A thread that is asked less is not busy, and has the time.
    private const int WholePerSecond = 512;

    // 0 to 4,096. One loud address of the panel must not cost more than that.
    private const int PanelPerSecond = 512;

    // An odd constant with well-spread bits (the golden ratio); its upper bits choose the panel.
    private const ulong Spread = 0x9E3779B97F4A7C15;
    private const int PanelShift = 58;

    // Not by the message id: who numbers its queries in turn would always be asked for the same name. Gaps are 1 to 127, 64 on average.
    private const uint GapMax = (2 * OneOf) - 1;
    private const uint Seed = 0x9E37_79B9;

    private long _second;
    private int _whole;
    private int _panel;
    private uint _gap;
    private uint _lot;

    /// <summary>Whether the second of the last call was another than the one before; the owner looks at its settings then.</summary>
    public bool IsNewSecond(long unixSeconds)
    {
        if (unixSeconds == _second)
        {
            return false;
        }
        _second = unixSeconds;
        _whole = WholePerSecond;
        _panel = PanelPerSecond;
        return true;
    }

    public static bool IsChosen(ushort messageId) => (messageId & (OneOf - 1)) == 0;

    /// <summary>How many queries this one stands for; 0 when it is not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte WeightOf(ClientAddress address)
    {
        if (_whole > 0)
        {
            _whole--;
            return 1;
        }
        if (IsOfPanel(address) && _panel > 0)
        {
            _panel--;
            return 1;
        }
        if (_gap > 1)
        {
            _gap--;
            return 0;
        }
        // Marsaglia's xorshift (2003): it never becomes 0.
        uint lot = _lot == 0 ? Seed : _lot;
        lot ^= lot << 13;
        lot ^= lot >> 17;
        lot ^= lot << 5;
        _lot = lot;
        bool isFirst = _gap == 0;
        _gap = 1 + (lot % GapMax);
        return isFirst ? (byte)0 : OneOf;
    }

    private static bool IsOfPanel(ClientAddress address) => ((address.High ^ address.Low) * Spread) >> PanelShift == 0;
}
