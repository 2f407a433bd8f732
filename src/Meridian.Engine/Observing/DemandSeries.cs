namespace Meridian.Engine.Observing;

/// <summary>When one asker asked for one name, lately. One writer.</summary>
internal sealed class DemandSeries
{
    /// <summary>16 to 256 questions: two lives of an answer in thirty caches behind one address. Half a kibibyte when it is full.</summary>
    public const int Capacity = 64;

    private const int FirstCapacity = 2;

    // A question is one word: 32 bits of milliseconds since the first one, 25 of the TTL (a year), 7 of the weight.
    private const int TimeShift = 32;
    private const int TtlShift = 7;
    private const int TtlMax = (1 << (TimeShift - TtlShift)) - 1;
    private const int WeightMax = (1 << TtlShift) - 1;

    private ulong[] _questions = new ulong[FirstCapacity];
    private long _origin;
    private int _count;

    /// <summary>The time of the latest question, in milliseconds.</summary>
    public long Last { get; private set; }

    /// <summary>Notes a question down.</summary>
    /// <param name="time">Milliseconds.</param>
    /// <param name="ttl">What the answer said, in seconds.</param>
    /// <param name="weight">How many questions it stands for.</param>
    public void Add(long time, int ttl, byte weight)
    {
        // A thread may bring a question that came a moment before the first one.
        if (_count == 0 || time < _origin || time - _origin > uint.MaxValue)
        {
            _origin = time;
            _count = 0;
        }
        if (_count == _questions.Length && _count < Capacity)
        {
            Array.Resize(ref _questions, _count * 2);
        }
        _questions[_count % _questions.Length] =
            ((ulong)(time - _origin) << TimeShift) | ((ulong)Math.Clamp(ttl, 0, TtlMax) << TtlShift) | Math.Min(weight, (uint)WeightMax);
        // Beyond the capacity only the remainder counts.
        _count = _count + 1 < 2 * Capacity ? _count + 1 : Capacity;
        Last = Math.Max(Last, time);
    }

    /// <summary>The latest questions in the order of their times: threads bring theirs up to half a second apart.</summary>
    public Question[] Latest()
    {
        ulong[] latest = _questions[..Math.Min(_count, _questions.Length)];
        // The time is in the upper bits.
        Array.Sort(latest);
        return
        [
            .. latest.Select(word => new Question(
                _origin + (long)(word >> TimeShift), (int)(word >> TtlShift) & TtlMax, (byte)(word & WeightMax))),
        ];
    }

    /// <summary>One question.</summary>
    /// <param name="Time">Milliseconds.</param>
    /// <param name="Ttl">What the answer said, in seconds.</param>
    /// <param name="Weight">How many questions it stands for, 1 to 127.</param>
    public readonly record struct Question(long Time, int Ttl, byte Weight);
}
