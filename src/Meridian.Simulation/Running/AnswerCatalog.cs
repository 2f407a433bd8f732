using System.Collections.Immutable;

namespace Meridian.Simulation.Running;

/// <summary>
/// Numbers the different answers that a run sees: the set of addresses or names, whatever their order. Shared by all
/// workers; numbers depend on who comes first and mean nothing in a result.
/// </summary>
internal sealed class AnswerCatalog
{
    /// <summary>Different answers of one run; a policy that draws subsets of large pools could make more than memory holds.</summary>
    public const int Limit = 4_096;

    private readonly Lock _adding = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private ImmutableArray<ImmutableArray<string>> _answers = [];

    /// <summary>What each number stands for: addresses or names in order; empty is no answer.</summary>
    public ImmutableArray<ImmutableArray<string>> Answers => _answers;

    /// <summary>The number of an answer. Beyond the limit: the number of its first target alone.</summary>
    public int NumberOf(IEnumerable<string> targets)
    {
        ImmutableArray<string> sorted = [.. targets.Order(StringComparer.Ordinal)];
        string key = string.Join(' ', sorted);
        lock (_adding)
        {
            if (_numbers.TryGetValue(key, out int number))
            {
                return number;
            }
            if (_answers.Length >= Limit && sorted.Length > 1)
            {
                return NumberOf(sorted[..1]);
            }
            _numbers.Add(key, _answers.Length);
            _answers = _answers.Add(sorted);
            return _answers.Length - 1;
        }
    }
}
