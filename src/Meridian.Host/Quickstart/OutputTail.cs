namespace Meridian.Host.Quickstart;

/// <summary>Keeps the last lines that a process wrote, and passes all of them on to a log.</summary>
/// <param name="log">Receives every line; null keeps the last ones only.</param>
internal sealed class OutputTail(TextWriter? log)
{
    // 1 to 1,000. What fits on a screen: the rest is in the log.
    private const int LineCountMax = 12;

    // Standard output and standard error arrive on two threads.
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <param name="line">Null marks the end of a stream, and is passed over.</param>
    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lock)
        {
            if (_lines.Count == LineCountMax)
            {
                _lines.Dequeue();
            }
            _lines.Enqueue(line);
            log?.WriteLine(line);
            log?.Flush();
        }
    }
}
