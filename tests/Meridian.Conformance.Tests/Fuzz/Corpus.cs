namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>The inputs of one target that made something new happen.</summary>
internal sealed class Corpus
{
    // Enough for every kind of behaviour; beyond it an old input makes room, so that memory stays flat over hours.
    private const int LengthMax = 5_000;

    private readonly List<byte[]> _inputs;
    private readonly HashSet<int> _seen = [];

    public Corpus(IFuzzTarget target)
    {
        _inputs = [.. target.Seeds];
        SeedCount = _inputs.Count;
    }

    /// <summary>Of the inputs, those that were there from the start.</summary>
    public int SeedCount { get; }

    public int Count => _inputs.Count;

    public byte[] Pick(Random random) => _inputs[random.Next(_inputs.Count)];

    /// <summary>Keeps an input when it did what none did before it.</summary>
    /// <param name="input">The input.</param>
    /// <param name="behaviour">A hash of what it did.</param>
    /// <param name="reachedNewCode">Whether a method ran for the first time.</param>
    /// <param name="random">Chooses what makes room.</param>
    public void Consider(byte[] input, int behaviour, bool reachedNewCode, Random random)
    {
        if (!_seen.Add(behaviour) && !reachedNewCode)
        {
            return;
        }
        if (_inputs.Count < LengthMax)
        {
            _inputs.Add(input);
        }
        else
        {
            _inputs[random.Next(SeedCount, LengthMax)] = input;
        }
    }
}
