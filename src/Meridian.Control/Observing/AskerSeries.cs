namespace Meridian.Control.Observing;

/// <summary>When one asker asked for one name, lately, and what it was told. One writer.</summary>
internal sealed class AskerSeries
{
    /// <summary>16 to 256 questions: enough to tell sixty caches behind one address apart. 768 octets.</summary>
    public const int Capacity = 64;

    private readonly long[] _times = new long[Capacity];
    private readonly uint[] _answers = new uint[Capacity];
    private int _count;
    private long _partialUntil = long.MinValue;

    /// <summary>Of the latest answer, in seconds.</summary>
    public int Ttl { get; private set; }

    /// <summary>Questions so far.</summary>
    public int Count => _count;

    public long Last => _count == 0 ? 0 : _times[(_count - 1) % Capacity];

    /// <summary>Notes a question down.</summary>
    /// <param name="time">Unix seconds.</param>
    /// <param name="answer">What it was told.</param>
    /// <param name="ttl">For how long.</param>
    /// <param name="isSampled">It stands for others, whose times are not known.</param>
    public void Add(long time, uint answer, int ttl, bool isSampled)
    {
        if (isSampled)
        {
            _partialUntil = time;
        }
        Ttl = Math.Max(1, ttl);
        _times[_count % Capacity] = time;
        _answers[_count % Capacity] = answer;
        _count++;
    }

    /// <summary>The questions up to a time, and what was told; oldest first.</summary>
    public (long[] Times, uint[] Answers) Until(long time)
    {
        int kept = Math.Min(_count, Capacity);
        List<long> times = new(kept);
        List<uint> answers = new(kept);
        for (int i = _count - kept; i < _count; i++)
        {
            if (_times[i % Capacity] <= time)
            {
                times.Add(_times[i % Capacity]);
                answers.Add(_answers[i % Capacity]);
            }
        }
        return ([.. times], [.. answers]);
    }

    /// <summary>The latest questions up to a time between which there were no others.</summary>
    public long[] WholeUntil(long time) => [.. Until(time).Times.Where(found => found > _partialUntil)];

    /// <summary>Questions after a time.</summary>
    public int CountAfter(long time)
    {
        int found = 0;
        for (int i = _count - 1; i >= Math.Max(0, _count - Capacity) && _times[i % Capacity] > time; i--)
        {
            found++;
        }
        return found;
    }
}
