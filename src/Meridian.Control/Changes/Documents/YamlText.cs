using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// Writes nodes as YAML that is stable: the same tree gives the same text, and reading the text gives the same tree. What
/// is short stands on one line, so that people find their way in it.
/// </summary>
internal static partial class YamlText
{
    // 60 to 200: what fits beside a diff on a screen.
    private const int LineLengthMax = 110;

    private const int IndentWidth = 2;

    /// <summary>The names of pools, zones and the like begin here: what is above is never put on one line.</summary>
    private const int FlowFromDepth = 2;

    /// <summary>The whole document, with a final line break.</summary>
    public static string Write(MapNode root)
    {
        StringBuilder text = new();
        foreach (MapEntry entry in root.Entries)
        {
            if (text.Length > 0)
            {
                text.Append('\n');
            }
            WriteEntry(text, entry, 0);
        }
        return text.ToString();
    }

    /// <summary>One value on one line.</summary>
    public static string WriteValue(ConfigNode node)
    {
        StringBuilder text = new();
        WriteFlow(text, node);
        return text.ToString();
    }

    private static void WriteBlock(StringBuilder text, ConfigNode node, int depth)
    {
        switch (node)
        {
            case MapNode map:
                foreach (MapEntry entry in map.Entries)
                {
                    WriteEntry(text, entry, depth);
                }
                break;
            case ListNode list:
                foreach (ConfigNode item in list.Items)
                {
                    text.Append(' ', depth * IndentWidth).Append("- ");
                    // An item is written as flow whatever its length: a block inside a dash is hard to read, and items are short.
                    WriteFlow(text, item);
                    text.Append('\n');
                }
                break;
        }
    }

    private static void WriteEntry(StringBuilder text, MapEntry entry, int depth)
    {
        int start = text.Length;
        text.Append(' ', depth * IndentWidth);
        WriteScalar(text, entry.Key, isBare: false);
        text.Append(':');
        if (entry.Value is ScalarNode or MapNode { Entries.IsEmpty: true } or ListNode { Items.IsEmpty: true })
        {
            text.Append(' ');
            WriteFlow(text, entry.Value);
            text.Append('\n');
            return;
        }
        if (depth + 1 >= FlowFromDepth)
        {
            int flow = text.Length;
            text.Append(' ');
            WriteFlow(text, entry.Value);
            if (text.Length - start <= LineLengthMax)
            {
                text.Append('\n');
                return;
            }
            text.Length = flow;
        }
        text.Append('\n');
        WriteBlock(text, entry.Value, depth + 1);
    }

    private static void WriteFlow(StringBuilder text, ConfigNode node)
    {
        switch (node)
        {
            case MapNode map:
                text.Append('{');
                for (int i = 0; i < map.Entries.Length; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    WriteScalar(text, map.Entries[i].Key, isBare: false);
                    text.Append(": ");
                    WriteFlow(text, map.Entries[i].Value);
                }
                text.Append('}');
                break;
            case ListNode list:
                text.Append('[');
                for (int i = 0; i < list.Items.Length; i++)
                {
                    text.Append(i > 0 ? ", " : "");
                    WriteFlow(text, list.Items[i]);
                }
                text.Append(']');
                break;
            case ScalarNode { IsNull: true }:
                text.Append("null");
                break;
            case ScalarNode scalar:
                WriteScalar(text, scalar.Text, scalar.IsPlain);
                break;
        }
    }

    /// <summary>A text, in quotes unless it reads back as the same text without.</summary>
    /// <param name="text">Receives it.</param>
    /// <param name="value">The text.</param>
    /// <param name="isBare">A number or truth value is one, and not a text that looks like one.</param>
    private static void WriteScalar(StringBuilder text, string value, bool isBare)
    {
        bool looksTyped = DocumentJson.IsNumber(value) || DocumentJson.IsTruthValue(value);
        if (looksTyped ? isBare : Safe().IsMatch(value) && value is not "null")
        {
            text.Append(value);
            return;
        }
        text.Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case < ' ' or (>= '\u007f' and < '\u00a0') or '\u2028' or '\u2029' or '\ufeff':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
        text.Append('"');
    }

    [GeneratedRegex(@"^[A-Za-z0-9_./][A-Za-z0-9_./+-]*\z|^[A-Za-z0-9]+(:[A-Za-z0-9-]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Safe();
}
