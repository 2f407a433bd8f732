namespace Meridian.Host.Simulating;

/// <summary>One line that says how far a run is, on a terminal; nothing where nobody looks.</summary>
internal sealed class SimulationProgress(TextWriter error) : IProgress<double>
{
    private readonly bool _isSeen = !Console.IsErrorRedirected;
    private int _shown = -1;

    public void Report(double value)
    {
        int percent = (int)(value * 100);
        if (_isSeen && percent != _shown)
        {
            _shown = percent;
            error.Write($"\r{new string('█', percent / 4)}{new string('░', 25 - percent / 4)} {percent,3} %");
        }
    }

    public void Finish()
    {
        if (_isSeen)
        {
            error.Write("\r\u001b[K");
        }
    }
}
