using System.Globalization;
using System.Text;
using System.Xml;

namespace Meridian.Control.Route53.Wire;

/// <summary>Writes answers: elements in the service's namespace, absent values left out.</summary>
internal sealed class XmlReply : IDisposable
{
    public const string Namespace = "https://route53.amazonaws.com/doc/2013-04-01/";

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        CheckCharacters = false,
    };

    private readonly MemoryStream _stream = new();
    private readonly XmlWriter _xml;

    private XmlReply(string root)
    {
        _xml = XmlWriter.Create(_stream, Settings);
        _xml.WriteStartElement(root, Namespace);
    }

    /// <summary>A whole document.</summary>
    /// <param name="root">Its element.</param>
    /// <param name="content">Writes what is in it.</param>
    public static byte[] Write(string root, Action<XmlReply> content)
    {
        using XmlReply reply = new(root);
        content(reply);
        reply._xml.WriteEndElement();
        reply._xml.Flush();
        return reply._stream.ToArray();
    }

    /// <summary>An element with others in it.</summary>
    public void Element(string name, Action content)
    {
        _xml.WriteStartElement(name, Namespace);
        content();
        _xml.WriteEndElement();
    }

    /// <summary>A wrapped list; the wrapper is there although the list is empty.</summary>
    public void List<T>(string wrapper, string item, IEnumerable<T> items, Action<T> content)
    {
        _xml.WriteStartElement(wrapper, Namespace);
        foreach (T one in items)
        {
            _xml.WriteStartElement(item, Namespace);
            content(one);
            _xml.WriteEndElement();
        }
        _xml.WriteEndElement();
    }

    /// <summary>A wrapped list of texts.</summary>
    public void Texts(string wrapper, string item, IEnumerable<string> texts) => List(wrapper, item, texts, text => _xml.WriteString(Clean(text)));

    /// <summary>An element with a text; nothing for null.</summary>
    public void Text(string name, string? value)
    {
        if (value is not null)
        {
            _xml.WriteElementString(name, Namespace, Clean(value));
        }
    }

    /// <summary>The text of the element that is open.</summary>
    public void Value(string value) => _xml.WriteString(Clean(value));

    public void Number(string name, long? value) => Text(name, value?.ToString(CultureInfo.InvariantCulture));

    public void Boolean(string name, bool? value) => Text(name, value is null ? null : value.Value ? "true" : "false");

    /// <summary>An instant in UTC with milliseconds, as the service writes it.</summary>
    public void Instant(string name, DateTimeOffset value) =>
        Text(name, value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    public void Dispose()
    {
        _xml.Dispose();
        _stream.Dispose();
    }

    /// <summary>XML 1.0 §2.2 has no way to write most control characters; what came in by another door may have them.</summary>
    private static string Clean(string text)
    {
        if (text.All(XmlConvert.IsXmlChar))
        {
            return text;
        }
        StringBuilder clean = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                clean.Append(text, i++, 2);
            }
            else
            {
                clean.Append(XmlConvert.IsXmlChar(text[i]) ? text[i] : '\uFFFD');
            }
        }
        return clean.ToString();
    }
}
