using System.Runtime;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>
/// Feeds mutated inputs to the targets, round by round, on one thread: with a seed, every run is the same. Guided without
/// instrumentation: an input is kept for further mutation when the target says that something new happened, or when the runtime
/// compiled a method for it that no input had reached before.
/// </summary>
internal sealed class FuzzEngine
{
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly (IFuzzTarget Target, Corpus Corpus)[] _targets;
    private readonly Dictionary<string, long> _taken = [];

    public FuzzEngine(IEnumerable<IFuzzTarget> targets, int seed)
    {
        _random = new Random(seed);
        _mutator = new Mutator(_random);
        _targets = [.. targets.Select(target => (target, new Corpus(target)))];
        foreach ((IFuzzTarget target, _) in _targets)
        {
            // The seeds themselves, and what they do: that is not new any more.
            foreach (byte[] seedInput in target.Seeds)
            {
                Feed(target, seedInput);
            }
        }
    }

    /// <summary>What made a target fail; one of each kind.</summary>
    public List<FuzzCrash> Crashes { get; } = [];

    public long Taken => _taken.Values.Sum();

    /// <summary>Inputs that each target has taken, and how many it keeps.</summary>
    public string Describe() => string.Join(", ", _targets.Select(entry =>
        $"{entry.Target.Name} {_taken.GetValueOrDefault(entry.Target.Name)} (keeps {entry.Corpus.Count})"));

    /// <summary>One round: every target gets its share.</summary>
    public void RunRound()
    {
        foreach ((IFuzzTarget target, Corpus corpus) in _targets)
        {
            for (int i = 0; i < target.InputsPerRound; i++)
            {
                byte[] input = _mutator.Mutate(corpus.Pick(_random), corpus.Pick(_random), target.Dictionary);
                // Methods that this thread had to compile: one count per method, until it is compiled anew for speed elsewhere.
                int compiledBefore = (int)JitInfo.GetCompiledMethodCount(currentThread: true);
                int behaviour = Feed(target, input);
                bool reachedNewCode = JitInfo.GetCompiledMethodCount(currentThread: true) != compiledBefore;
                corpus.Consider(input, behaviour, reachedNewCode, _random);
            }
        }
    }

    private int Feed(IFuzzTarget target, byte[] input)
    {
        _taken[target.Name] = _taken.GetValueOrDefault(target.Name) + 1;
        try
        {
            return target.Take(input);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            FuzzCrash crash = new(target.Name, input, e);
            if (!Crashes.Any(known => known.Slug == crash.Slug))
            {
                Crashes.Add(crash);
            }
            return crash.Slug.GetHashCode(StringComparison.Ordinal);
        }
    }
}
