using System.Globalization;

namespace Meridian.Engine.Steering;

/// <summary>Collects program nodes; equal nodes are kept once, so that classes of clients share what they have in common.</summary>
internal sealed class ProgramBuilder
{
    private readonly Dictionary<string, int> _nodeOfSignature = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _labelOfText = new(StringComparer.Ordinal);
    private readonly ProgramMeanings _meanings = new();
    private readonly List<int> _meaningOfNode = [];

    public List<ProgramNode> Nodes { get; } = [];

    public List<ProgramEdge> Edges { get; } = [];

    public List<string> Labels { get; } = [];

    /// <summary>A child to be.</summary>
    /// <param name="Node">The child, already added.</param>
    /// <param name="Weight">For weighted nodes.</param>
    /// <param name="Name">What it is called in the configuration.</param>
    public readonly record struct EdgeSpec(int Node, uint Weight, string Name);

    public int AddPool(int pool, string name) => Add($"pool {pool}", () => (
        new ProgramNode { Kind = ProgramNodeKind.Pool, Pool = pool, Label = Label(name) },
        _meanings.OfPool(pool)));

    /// <summary>Adds a node, or finds the equal one.</summary>
    /// <param name="kind">What it does.</param>
    /// <param name="policy">The policy it is written in; salts the draws of sticky nodes.</param>
    /// <param name="path">Where it is written.</param>
    /// <param name="children">In order.</param>
    /// <param name="max">For multivalue nodes.</param>
    /// <param name="spreadSites">For multivalue nodes.</param>
    public int AddNode(
        ProgramNodeKind kind, string policy, string path, IEnumerable<EdgeSpec> children, int max = 0, bool spreadSites = false)
    {
        // Where the order means nothing it is made the same, so that nodes that mean the same also draw the same.
        List<EdgeSpec> specs = kind is ProgramNodeKind.Weighted or ProgramNodeKind.Multivalue
            ? [.. children.OrderBy(child => MeaningOf(child.Node))]
            : [.. children];
        string edges = string.Join(' ', specs.Select(spec => string.Create(CultureInfo.InvariantCulture, $"{spec.Node}*{spec.Weight}={spec.Name}")));
        return Add($"{kind} {path} {max} {spreadSites} {edges}", () =>
        {
            int firstEdge = Edges.Count;
            foreach (EdgeSpec spec in specs)
            {
                Edges.Add(new ProgramEdge(spec.Node, spec.Weight, Label(spec.Name), StableHash.Of(spec.Name)));
            }
            int meaning = MeaningOf(kind, policy, specs, max, spreadSites);
            ProgramNode node = new()
            {
                Kind = specs.Count == 0 && kind != ProgramNodeKind.StrictGeo ? ProgramNodeKind.Nothing : kind,
                FirstEdge = firstEdge,
                EdgeCount = specs.Count,
                Max = (ushort)max,
                SpreadSites = spreadSites,
                // Nodes that mean the same draw the same, wherever they stand: which of them stands for a class of clients
                // makes no difference. A sticky draw may depend on nothing but the policy and its children.
                Salt = StableHash.Of(kind == ProgramNodeKind.Sticky ? policy : _meanings.SignatureOf(meaning)),
                Label = Label(path),
            };
            return (node, meaning);
        });
    }

    /// <summary>What a node means for the answer; see <see cref="ProgramMeanings"/>.</summary>
    public int MeaningOf(int node) => _meaningOfNode[node];

    /// <summary>Whether a sticky node can be reached from a root.</summary>
    public bool ReachesSticky(int root)
    {
        HashSet<int> seen = [];
        Stack<int> open = new([root]);
        while (open.TryPop(out int index))
        {
            ProgramNode node = Nodes[index];
            if (!seen.Add(index))
            {
                continue;
            }
            if (node.Kind == ProgramNodeKind.Sticky)
            {
                return true;
            }
            for (int edge = node.FirstEdge; edge < node.FirstEdge + node.EdgeCount; edge++)
            {
                open.Push(Edges[edge].Node);
            }
        }
        return false;
    }

    private int MeaningOf(ProgramNodeKind kind, string policy, List<EdgeSpec> children, int max, bool spreadSites) => kind switch
    {
        ProgramNodeKind.StrictGeo => _meanings.OfStrict(_meanings.OfOrder(children.Select(child => MeaningOf(child.Node)))),
        ProgramNodeKind.Weighted => _meanings.OfWeighted(children.Select(child => (MeaningOf(child.Node), child.Weight))),
        ProgramNodeKind.Sticky => _meanings.OfSticky(policy, children.Select(child => (MeaningOf(child.Node), child.Weight, child.Name))),
        ProgramNodeKind.Multivalue => _meanings.OfMultivalue(children.Select(child => MeaningOf(child.Node)), max, spreadSites),
        _ => _meanings.OfOrder(children.Select(child => MeaningOf(child.Node))),
    };

    private int Add(string signature, Func<(ProgramNode Node, int Meaning)> create)
    {
        if (!_nodeOfSignature.TryGetValue(signature, out int index))
        {
            (ProgramNode node, int meaning) = create();
            index = Nodes.Count;
            Nodes.Add(node);
            _meaningOfNode.Add(meaning);
            _nodeOfSignature.Add(signature, index);
        }
        return index;
    }

    private int Label(string text)
    {
        if (!_labelOfText.TryGetValue(text, out int label))
        {
            label = Labels.Count;
            Labels.Add(text);
            _labelOfText.Add(text, label);
        }
        return label;
    }
}
