using System.Globalization;

namespace Meridian.Engine.Steering;

/// <summary>Collects program nodes; equal nodes are kept once, so that classes of clients share what they have in common.</summary>
internal sealed class ProgramBuilder
{
    private readonly Dictionary<string, int> _nodeOfSignature = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _labelOfText = new(StringComparer.Ordinal);

    public List<ProgramNode> Nodes { get; } = [];

    public List<ProgramEdge> Edges { get; } = [];

    public List<string> Labels { get; } = [];

    /// <summary>A child to be.</summary>
    /// <param name="Node">The child, already added.</param>
    /// <param name="Weight">For weighted nodes.</param>
    /// <param name="Name">What it is called in the configuration.</param>
    public readonly record struct EdgeSpec(int Node, uint Weight, string Name);

    public int AddPool(int pool, string name) =>
        Add($"pool {pool}", () => new ProgramNode { Kind = ProgramNodeKind.Pool, Pool = pool, Label = Label(name) });

    public int AddNode(ProgramNodeKind kind, string path, IEnumerable<EdgeSpec> children, int max = 0, bool spreadSites = false)
    {
        List<EdgeSpec> specs = [.. children];
        string edges = string.Join(' ', specs.Select(spec => string.Create(CultureInfo.InvariantCulture, $"{spec.Node}*{spec.Weight}={spec.Name}")));
        return Add($"{kind} {path} {max} {spreadSites} {edges}", () =>
        {
            int firstEdge = Edges.Count;
            foreach (EdgeSpec spec in specs)
            {
                Edges.Add(new ProgramEdge(spec.Node, spec.Weight, Label(spec.Name), StableHash.Of(spec.Name)));
            }
            return new ProgramNode
            {
                Kind = specs.Count == 0 && kind != ProgramNodeKind.StrictGeo ? ProgramNodeKind.Nothing : kind,
                FirstEdge = firstEdge,
                EdgeCount = specs.Count,
                Max = (ushort)max,
                SpreadSites = spreadSites,
                Salt = StableHash.Of(path),
                Label = Label(path),
            };
        });
    }

    /// <summary>Whether a sticky node can be reached from any of these roots.</summary>
    public bool ReachesSticky(IEnumerable<int> roots)
    {
        HashSet<int> seen = [];
        Stack<int> open = new(roots);
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

    private int Add(string signature, Func<ProgramNode> create)
    {
        if (!_nodeOfSignature.TryGetValue(signature, out int index))
        {
            ProgramNode node = create();
            index = Nodes.Count;
            Nodes.Add(node);
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
