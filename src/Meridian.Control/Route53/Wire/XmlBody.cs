using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;

namespace Meridian.Control.Route53.Wire;

/// <summary>
/// One element of a request, by its local name: the service's namespace is taken when it is there and not missed when it is
/// not. The order of elements does not matter either; values are checked strictly.
/// </summary>
internal sealed class XmlBody
{
    // The deepest request nests seven elements.
    private const int DepthMax = 24;

    // A batch of a thousand changes has some twenty thousand.
    private const int ElementsMax = 100_000;

    private readonly List<XmlBody> _children = [];

    // While it is read, and only where its text comes in several pieces.
    private StringBuilder? _pieces;

    private XmlBody(string name)
    {
        Name = name;
    }

    public string Name { get; }

    /// <summary>Its text; empty for an element with others in it.</summary>
    public string Text { get; private set; } = "";

    public IReadOnlyList<XmlBody> Children => _children;

    /// <summary>Reads a request.</summary>
    /// <param name="body">The octets as they came.</param>
    /// <param name="root">The element that the operation takes.</param>
    /// <exception cref="Route53Exception">It is not XML, or another element.</exception>
    public static XmlBody Read(ReadOnlyMemory<byte> body, string root)
    {
        XmlReaderSettings settings = new()
        {
            // Entities and external definitions are how XML is attacked; nobody needs them here.
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using MemoryStream stream = new(body.ToArray(), writable: false);
            using XmlReader reader = XmlReader.Create(stream, settings);
            XmlBody read = Read(reader);
            return read.Name == root ? read
                : throw Route53Error.InvalidInput($"Invalid XML ; cvc-elt.1: Cannot find the declaration of element '{read.Name}'; expected '{root}'.").ToException();
        }
        catch (XmlException e)
        {
            throw Route53Error.InvalidInput($"Invalid XML ; {e.Message}").ToException();
        }
    }

    public XmlBody? Find(string name) => _children.Find(child => child.Name == name);

    /// <summary>The text of a child; null when it is not there.</summary>
    public string? TextOf(string name) => Find(name)?.Text;

    /// <summary>The text of a child that must be there.</summary>
    public string Require(string name) => TextOf(name) ?? throw Missing(name);

    /// <summary>A child that must be there.</summary>
    public XmlBody RequireElement(string name) => Find(name) ?? throw Missing(name);

    /// <summary>The items of a wrapped list; none when it is not there.</summary>
    public ImmutableArray<XmlBody> List(string wrapper, string item) =>
        Find(wrapper) is { } list ? [.. list._children.Where(child => child.Name == item)] : [];

    /// <summary>A child that is <c>true</c> or <c>false</c>; null when it is not there.</summary>
    public bool? Boolean(string name) => TextOf(name)?.Trim() switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        { } other => throw Route53Error.InvalidInput($"Invalid XML ; cvc-datatype-valid.1.2.1: '{other}' is not a valid value for 'boolean'.").ToException(),
    };

    /// <summary>A child that is a whole number in a range; null when it is not there.</summary>
    public long? Number(string name, long least, long most)
    {
        if (TextOf(name)?.Trim() is not { } text)
        {
            return null;
        }
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            throw Route53Error.InvalidInput($"Invalid XML ; cvc-datatype-valid.1.2.1: '{text}' is not a valid value for 'integer'.").ToException();
        }
        if (number < least)
        {
            throw Route53Error.Constraint(text, Member(name), $"Member must have value greater than or equal to {least}").ToException();
        }
        return number <= most ? number : throw Route53Error.Constraint(text, Member(name), $"Member must have value less than or equal to {most}").ToException();
    }

    /// <summary>A child that is one of some words; null when it is not there.</summary>
    public string? Choice(string name, IReadOnlyList<string> words)
    {
        string? text = TextOf(name);
        return text is null || words.Contains(text, StringComparer.Ordinal) ? text : throw Route53Error.NotInEnumeration(text, words).ToException();
    }

    /// <summary>A child of a bounded length; null when it is not there.</summary>
    public string? Bounded(string name, int least, int most)
    {
        if (TextOf(name) is not { } text)
        {
            return null;
        }
        CheckLength(text, Member(name), least, most);
        return text;
    }

    /// <summary>A child of a bounded length that must be there.</summary>
    public string RequireBounded(string name, int least, int most) => Bounded(name, least, most) ?? throw Missing(name);

    /// <summary>Refuses a text that is too short or too long, as the service does.</summary>
    public static void CheckLength(string text, string member, int least, int most)
    {
        if (text.Length < least)
        {
            throw Route53Error.Constraint(text, member, $"Member must have length greater than or equal to {least}").ToException();
        }
        if (text.Length > most)
        {
            throw Route53Error.Constraint(text, member, $"Member must have length less than or equal to {most}").ToException();
        }
    }

    /// <summary>The name of an element as the service's messages have it.</summary>
    private static string Member(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private Route53Exception Missing(string name) => Route53Error
        .InvalidInput($"Invalid XML ; cvc-complex-type.2.4.b: The content of element '{Name}' is not complete. One of '{{{name}}}' is expected.").ToException();

    private static XmlBody Read(XmlReader reader)
    {
        reader.MoveToContent();
        Stack<XmlBody> open = [];
        XmlBody? root = null;
        int elements = 0;
        do
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (++elements > ElementsMax)
                    {
                        throw Route53Error.InvalidInput($"Invalid XML ; there are more than {ElementsMax} elements.").ToException();
                    }
                    if (open.Count >= DepthMax)
                    {
                        throw Route53Error.InvalidInput($"Invalid XML ; elements are nested more than {DepthMax} deep.").ToException();
                    }
                    XmlBody element = new(reader.LocalName);
                    if (open.TryPeek(out XmlBody? parent))
                    {
                        parent._children.Add(element);
                    }
                    root ??= element;
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(element);
                    }
                    break;
                case XmlNodeType.EndElement:
                    open.Pop().Complete();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                    Append(open, reader.Value);
                    break;
                default:
                    break;
            }
        }
        while (reader.Read());
        return root ?? throw Route53Error.InvalidInput("Invalid XML ; there is no element.").ToException();
    }

    /// <summary>Blanks between elements are layout; in an element without others they are its text.</summary>
    private static void Append(Stack<XmlBody> open, string text)
    {
        if (open.TryPeek(out XmlBody? element))
        {
            element.Append(element._children.Count == 0 ? text : null);
        }
    }

    /// <summary>Text can come in very many pieces, of which each would copy all those before it.</summary>
    private void Append(string? text)
    {
        if (text is null)
        {
            (Text, _pieces) = ("", null);
        }
        else if (Text.Length == 0)
        {
            Text = text;
        }
        else
        {
            (_pieces ??= new StringBuilder(Text)).Append(text);
        }
    }

    private void Complete()
    {
        if (_pieces is { } pieces)
        {
            (Text, _pieces) = (pieces.ToString(), null);
        }
    }
}
