using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Meridian.Control.Configuration.Yaml;

/// <summary>
/// Turns the events of one YAML document into nodes with positions. Built on events because the finished trees of the
/// library neither keep both positions of a duplicate key nor bound what aliases expand to.
/// </summary>
internal sealed class YamlTreeReader
{
    private readonly string _file;
    private readonly ConfigurationLimits _limits;
    private readonly Diagnostics _diagnostics;
    private readonly Dictionary<AnchorName, Anchor> _anchors = [];
    private readonly Parser _parser;
    private readonly Stack<SourcePosition> _openBrackets = [];
    private long _nodes;

    private YamlTreeReader(string file, string text, ConfigurationLimits limits, Diagnostics diagnostics)
    {
        _file = file;
        _limits = limits;
        _diagnostics = diagnostics;
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
    }

    /// <summary>
    /// Reads the document. Null when it is empty or broken; an error has been reported in the second case.
    /// </summary>
    public static ConfigNode? Read(
        string file, string text, ConfigurationLimits limits, Diagnostics diagnostics, out bool isBroken)
    {
        YamlTreeReader? reader = null;
        isBroken = true;
        try
        {
            reader = new YamlTreeReader(file, text, limits, diagnostics);
            ConfigNode? root = reader.ReadDocument();
            isBroken = false;
            return root;
        }
        catch (YamlException e)
        {
            diagnostics.Error(At(file, e.Start), "", Explain(e));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or OverflowException or IndexOutOfRangeException)
        {
            // The parser lets an unclosed bracket and some malformed escapes out as these, without a position of their own.
            if (reader is not null && reader._openBrackets.TryPeek(out SourcePosition bracket))
            {
                diagnostics.Error(
                    bracket,
                    "",
                    "this is not valid YAML: the bracket that is opened here is not closed, or something inside it is "
                        + "malformed");
            }
            else
            {
                Mark end = reader?._parser.Current?.End ?? Mark.Empty;
                diagnostics.Error(At(file, end), "", $"this is not valid YAML: {e.Message}");
            }
        }
        return null;
    }

    private static string Explain(YamlException e)
    {
        string message = e.InnerException is null ? e.Message : $"{e.Message.TrimEnd('.')}: {e.InnerException.Message}";
        return $"this is not valid YAML: {message.TrimEnd('.').ReplaceLineEndings(" ")}";
    }

    private ConfigNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return null;
        }
        _parser.Consume<DocumentStart>();
        ConfigNode root = ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out _))
        {
            DocumentStart second = _parser.Consume<DocumentStart>();
            throw new YamlException(
                second.Start, second.End, "a file holds one document: put a second one into a file of its own");
        }
        return root is ScalarNode { IsNull: true } ? null : root;
    }

    private ConfigNode ReadNode(int depth)
    {
        ParsingEvent current = _parser.Consume<ParsingEvent>();
        if (depth >= _limits.MaxNesting)
        {
            throw new YamlException(
                current.Start, current.End, $"maps and lists are nested deeper than {_limits.MaxNesting} levels");
        }
        if (current is AnchorAlias alias)
        {
            return Expand(alias);
        }
        CountNodes(1, current);
        if (current is not NodeEvent node)
        {
            throw new YamlException(current.Start, current.End, "expected a value");
        }
        if (!node.Tag.IsEmpty)
        {
            // A lone '!' is also what the library gives to a quoted text; it means "text", which everything is.
            if (node.Tag.IsNonSpecific || node.Tag.Value == "tag:yaml.org,2002:str")
            {
                return ReadContent(node, depth);
            }
            throw new YamlException(node.Start, node.End, $"tags have no meaning here: remove '{node.Tag.Value}'");
        }
        return ReadContent(node, depth);
    }

    private ConfigNode ReadContent(NodeEvent node, int depth)
    {
        long before = _nodes - 1;
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor] = new Anchor(null, 0);
        }
        ConfigNode read = node switch
        {
            MappingStart start => ReadMap(start, depth),
            SequenceStart start => ReadList(start, depth),
            Scalar scalar => new ScalarNode(At(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain),
            _ => throw new YamlException(node.Start, node.End, "expected a value"),
        };
        if (!node.Anchor.IsEmpty)
        {
            _anchors[node.Anchor] = new Anchor(read, _nodes - before);
        }
        return read;
    }

    private MapNode ReadMap(MappingStart start, int depth)
    {
        ImmutableArray<MapEntry>.Builder entries = ImmutableArray.CreateBuilder<MapEntry>();
        Dictionary<string, SourcePosition> seen = new(StringComparer.Ordinal);
        Open(start, start.Style == MappingStyle.Flow);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            ConfigNode key = ReadNode(depth + 1);
            ConfigNode value = ReadNode(depth + 1);
            if (key is not ScalarNode { Text: string name } scalar)
            {
                _diagnostics.Error(key.Position, "", $"a key must be a text, not {key.Describe()}");
            }
            else if (name == "<<" && value is not ScalarNode)
            {
                _diagnostics.Error(
                    scalar.Position,
                    "",
                    "merge keys ('<<') are not read: write the keys out, or use an alias for a whole value");
            }
            else if (seen.TryGetValue(name, out SourcePosition first))
            {
                _diagnostics.Error(
                    scalar.Position, "", $"the key '{name}' is here twice; it was first given at {first}");
            }
            else
            {
                seen.Add(name, scalar.Position);
                entries.Add(new MapEntry(name, scalar.Position, value));
            }
        }
        Close(start.Style == MappingStyle.Flow);
        return new MapNode(At(start), entries.ToImmutable());
    }

    private ListNode ReadList(SequenceStart start, int depth)
    {
        ImmutableArray<ConfigNode>.Builder items = ImmutableArray.CreateBuilder<ConfigNode>();
        Open(start, start.Style == SequenceStyle.Flow);
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }
        Close(start.Style == SequenceStyle.Flow);
        return new ListNode(At(start), items.ToImmutable());
    }

    private void Open(NodeEvent start, bool isBracket)
    {
        if (isBracket)
        {
            _openBrackets.Push(At(start));
        }
    }

    private void Close(bool isBracket)
    {
        if (isBracket)
        {
            _openBrackets.Pop();
        }
    }

    private ConfigNode Expand(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out Anchor anchor))
        {
            throw new YamlException(alias.Start, alias.End, $"nothing is anchored as '&{alias.Value}' above");
        }
        if (anchor.Node is null)
        {
            throw new YamlException(alias.Start, alias.End, $"'*{alias.Value}' stands inside the value that it names");
        }
        CountNodes(anchor.NodeCount, alias);
        return anchor.Node;
    }

    private void CountNodes(long count, ParsingEvent at)
    {
        _nodes += count;
        if (_nodes > _limits.MaxNodes)
        {
            throw new YamlException(
                at.Start,
                at.End,
                $"the document has more than {_limits.MaxNodes} values, with aliases counted in full");
        }
    }

    private SourcePosition At(ParsingEvent e) => At(_file, e.Start);

    private static SourcePosition At(string file, Mark mark) =>
        new(file, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    /// <summary>An anchored value; without a node while it is still being read.</summary>
    private readonly record struct Anchor(ConfigNode? Node, long NodeCount);
}
