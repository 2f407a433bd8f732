using System.Globalization;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>Collects program nodes; equal nodes are kept once, so that classes of clients share what they have in common.</summary>
internal sealed class ProgramBuilder
{
    private readonly Dictionary<string, int> _nodeOfSignature = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _labelOfText = new(StringComparer.Ordinal);
    private readonly Dictionary<SteeringNode, int> _sources = new(ReferenceEqualityComparer.Instance);
    private readonly ProgramMeanings _meanings = new();
    private readonly List<int> _meaningOfNode = [];

    public List<ProgramNode> Nodes { get; } = [];

    public List<ProgramEdge> Edges { get; } = [];

    public List<string> Labels { get; } = [];

    /// <summary>The nodes of the configuration, in the order in which they were first met.</summary>
    public IEnumerable<SteeringNode> Sources => _sources.OrderBy(pair => pair.Value).Select(pair => pair.Key);

    /// <summary>A child to be.</summary>
    /// <param name="Node">The child, already added.</param>
    /// <param name="Name">What it is called in the configuration.</param>
    /// <param name="Child">Its position in the configuration.</param>
    /// <param name="Weight">See <see cref="ProgramEdge"/>.</param>
    public readonly record struct EdgeSpec(int Node, string Name, int Child = 0, uint Weight = 1);

    /// <summary>A node to be.</summary>
    /// <param name="Kind">What it does.</param>
    /// <param name="Policy">The policy it is written in; salts the draws of sticky nodes.</param>
    /// <param name="Path">Where it is written.</param>
    /// <param name="Source">What it is made of.</param>
    public sealed record NodeSpec(ProgramNodeKind Kind, string Policy, string Path, SteeringNode Source)
    {
        public required IReadOnlyList<EdgeSpec> Children { get; init; }

        /// <summary>For multivalue nodes.</summary>
        public int Max { get; init; }

        /// <summary>For multivalue nodes.</summary>
        public bool SpreadSites { get; init; }

        /// <summary>The index in the table of its kind; equal contents must have equal indexes.</summary>
        public int Table { get; init; }

        /// <summary>Hashes the client's network instead of the query.</summary>
        public bool LooksAtNetwork { get; init; }
    }

    public int AddPool(int pool, string name) => Add($"pool {pool}", () => (
        new ProgramNode { Kind = ProgramNodeKind.Pool, Pool = pool, Label = Label(name), Source = -1 },
        _meanings.OfPool(pool)));

    /// <summary>Adds a node, or finds the equal one.</summary>
    public int AddNode(NodeSpec spec)
    {
        // Where the order means nothing it is made the same, so that nodes that mean the same also draw the same.
        IReadOnlyList<EdgeSpec> children = spec.Kind is ProgramNodeKind.Weighted or ProgramNodeKind.Multivalue
            ? [.. spec.Children.OrderBy(child => MeaningOf(child.Node))]
            : spec.Children;
        int source = SourceOf(spec.Source);
        string edges = string.Join(' ', children.Select(
            child => string.Create(CultureInfo.InvariantCulture, $"{child.Node}*{child.Weight}#{child.Child}={child.Name}")));
        return Add($"{spec.Kind} {source} {spec.Path} {edges}", () =>
        {
            int firstEdge = Edges.Count;
            foreach (EdgeSpec child in children)
            {
                Edges.Add(new ProgramEdge(child.Node, child.Weight, child.Child, Label(child.Name), StableHash.Of(child.Name)));
            }
            int meaning = MeaningOf(spec, children);
            ProgramNode node = new()
            {
                Kind = children.Count == 0 && spec.Kind is not (ProgramNodeKind.StrictGeo or ProgramNodeKind.StrictNetwork)
                    ? ProgramNodeKind.Nothing
                    : spec.Kind,
                FirstEdge = firstEdge,
                EdgeCount = children.Count,
                Max = (ushort)spec.Max,
                SpreadSites = spec.SpreadSites,
                Table = spec.Table,
                LooksAtNetwork = spec.LooksAtNetwork,
                ScalesByHealth = IsScaled(spec),
                // Nodes that mean the same draw the same, wherever they stand: which of them stands for a class of clients
                // makes no difference. What keeps a client's draw may depend on nothing but the policy and its children.
                Salt = StableHash.Of(KeepsDraw(spec) ? spec.Policy : _meanings.SignatureOf(meaning)),
                Label = Label(spec.Path),
                Source = source,
            };
            return (node, meaning);
        });
    }

    /// <summary>What a node means for the answer; see <see cref="ProgramMeanings"/>.</summary>
    public int MeaningOf(int node) => _meaningOfNode[node];

    /// <summary>Whether a node that hashes the client's network can be reached from a root.</summary>
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
            if (node.LooksAtNetwork)
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

    private int MeaningOf(NodeSpec spec, IReadOnlyList<EdgeSpec> children)
    {
        switch (spec.Kind)
        {
            case ProgramNodeKind.StrictGeo or ProgramNodeKind.StrictNetwork:
                return _meanings.OfStrict(_meanings.OfOrder(children.Select(child => MeaningOf(child.Node))));
            case ProgramNodeKind.Weighted:
                return _meanings.OfWeighted(children.Select(child => (MeaningOf(child.Node), child.Weight)), IsScaled(spec));
            case ProgramNodeKind.Sticky or ProgramNodeKind.HashName:
                return _meanings.OfRendezvous(
                    $"{spec.Kind}{(IsScaled(spec) ? " scaled" : "")} {spec.Policy}", children.Select(child => (MeaningOf(child.Node), child.Weight, child.Name)));
            case ProgramNodeKind.Assigned or ProgramNodeKind.AssignedSticky:
                return _meanings.OfTable(
                    string.Create(CultureInfo.InvariantCulture, $"{spec.Kind} {spec.Table} {spec.Policy}"),
                    children.Select(child => (MeaningOf(child.Node), child.Child, child.Weight)));
            case ProgramNodeKind.Multivalue:
                return _meanings.OfMultivalue(children.Select(child => MeaningOf(child.Node)), spec.Max, spec.SpreadSites);
            case ProgramNodeKind.Gated:
                return _meanings.OfGate(spec.Table, MeaningOf(children[0].Node));
            case ProgramNodeKind.Committed:
                return _meanings.OfCommitted(MeaningOf(children[0].Node));
            case ProgramNodeKind.Cheapest or ProgramNodeKind.Schedule or ProgramNodeKind.Ramp or ProgramNodeKind.Shed or ProgramNodeKind.Spill:
                string sticky = spec.LooksAtNetwork ? $" {spec.Policy}" : "";
                return _meanings.OfTable(
                    string.Create(CultureInfo.InvariantCulture, $"{spec.Kind} {spec.Table}{sticky}"),
                    children.Select(child => (MeaningOf(child.Node), child.Child, child.Weight)));
            default:
                return _meanings.OfOrder(children.Select(child => MeaningOf(child.Node)));
        }
    }

    /// <summary>Whether who is drawn for once is drawn for alike from then on.</summary>
    private static bool KeepsDraw(NodeSpec spec) =>
        spec.Kind == ProgramNodeKind.HashName || (spec.LooksAtNetwork && spec.Kind != ProgramNodeKind.Assigned);

    private static bool IsScaled(NodeSpec spec) => spec.Source is WeightedNode { ScaleByHealth: true };

    private int SourceOf(SteeringNode node)
    {
        if (!_sources.TryGetValue(node, out int source))
        {
            source = _sources.Count;
            _sources.Add(node, source);
        }
        return source;
    }

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
