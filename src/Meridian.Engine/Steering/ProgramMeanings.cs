using System.Globalization;

namespace Meridian.Engine.Steering;

/// <summary>
/// What program nodes mean for an answer, apart from where they stand in the configuration: two nodes have the same meaning
/// when they give the same distribution over pools whatever the health. Classes of clients are told apart by
/// meaning, so that the scope of an answer is the widest that is still exact.
/// </summary>
internal sealed class ProgramMeanings
{
    private readonly Dictionary<string, int> _meaningOfSignature = new(StringComparer.Ordinal);
    private readonly List<int[]?> _inOrder = [];
    private readonly List<string> _signatures = [];

    public ProgramMeanings() => Nothing = Intern("nothing", null);

    /// <summary>Never available.</summary>
    public int Nothing { get; }

    public int OfPool(int pool) => Intern(string.Create(CultureInfo.InvariantCulture, $"pool {pool}"), null);

    /// <summary>The first available of several. Lists within lists are one list, and a repetition can never be reached.</summary>
    public int OfOrder(IEnumerable<int> children)
    {
        int[] flat = [.. children.SelectMany(child => _inOrder[child] ?? [child]).Where(child => child != Nothing).Distinct()];
        return flat.Length switch
        {
            0 => Nothing,
            1 => flat[0],
            _ => Intern($"first of {Join(flat)}", flat),
        };
    }

    /// <summary>Only this, and nothing else when it is unavailable.</summary>
    public int OfStrict(int child) =>
        _signatures[child].StartsWith("only ", StringComparison.Ordinal) ? child : Intern($"only {child}", null);

    /// <summary>This while a gate is open.</summary>
    public int OfGate(int gate, int child) =>
        child == Nothing ? Nothing : Intern(string.Create(CultureInfo.InvariantCulture, $"gate {gate} {child}"), null);

    /// <summary>This whatever its health, and nothing else.</summary>
    public int OfCommitted(int child) =>
        _signatures[child].StartsWith("committed ", StringComparison.Ordinal) ? child : Intern($"committed {child}", null);

    /// <summary>A draw; the order of the children does not matter.</summary>
    /// <param name="children">What they mean, and their weights.</param>
    /// <param name="isScaled">Whether weights follow health.</param>
    public int OfWeighted(IEnumerable<(int Meaning, uint Weight)> children, bool isScaled) =>
        Intern($"{(isScaled ? "scaled" : "weighted")} {Join(children.Select(child => $"{child.Meaning}*{child.Weight}").Order(StringComparer.Ordinal))}", null);

    /// <summary>A rendezvous choice depends on the names of the children too.</summary>
    /// <param name="salt">What is hashed, and what it is salted with.</param>
    /// <param name="children">In any order.</param>
    public int OfRendezvous(string salt, IEnumerable<(int Meaning, uint Weight, string Name)> children) => Intern(
        $"{salt} {Join(children.Select(child => $"{child.Name}={child.Meaning}*{child.Weight}").Order(StringComparer.Ordinal))}", null);

    /// <summary>A choice that follows a table: what each child stands for in it matters, and the order.</summary>
    /// <param name="table">Which table.</param>
    /// <param name="children">In order.</param>
    public int OfTable(string table, IEnumerable<(int Meaning, int Child, uint Weight)> children) =>
        Intern($"{table} {Join(children.Select(child => $"{child.Child}={child.Meaning}*{child.Weight}"))}", null);

    public int OfMultivalue(IEnumerable<int> children, int max, bool spreadSites) =>
        Intern($"up to {max} {(spreadSites ? "spread" : "drawn")} of {Join(children.Distinct().Order())}", null);

    /// <summary>A text that is equal exactly for equal meanings within one program.</summary>
    public string SignatureOf(int meaning) => _signatures[meaning];

    private static string Join<T>(IEnumerable<T> items) => string.Join(' ', items);

    private int Intern(string signature, int[]? inOrder)
    {
        if (!_meaningOfSignature.TryGetValue(signature, out int meaning))
        {
            meaning = _signatures.Count;
            _meaningOfSignature.Add(signature, meaning);
            _signatures.Add(signature);
            _inOrder.Add(inOrder);
        }
        return meaning;
    }
}
