using System.Globalization;
using System.Text;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// Positions inside a document: values are counted in the order of reading, and the count is turned into a JSON pointer
/// (RFC 6901) only when somebody has to be told.
/// </summary>
internal static class DocumentPointer
{
    /// <summary>The pointer of a value; empty for the whole document, or when there is no such value.</summary>
    /// <param name="root">The document.</param>
    /// <param name="ordinal">1 for the document itself.</param>
    public static string Find(ConfigNode root, int ordinal)
    {
        List<string> steps = [];
        ConfigNode at = root;
        // Counts grow in the order of reading, so the value is in the last child that does not begin after it.
        while (at.Position.Line < ordinal)
        {
            (string Step, ConfigNode Value)? next = LastNotAfter(at, ordinal);
            if (next is not { } found)
            {
                return "";
            }
            steps.Add(found.Step);
            at = found.Value;
        }
        StringBuilder pointer = new();
        foreach (string step in steps)
        {
            // RFC 6901 §3: these two are the only escapes.
            pointer.Append('/').Append(step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }
        return pointer.ToString();
    }

    private static (string Step, ConfigNode Value)? LastNotAfter(ConfigNode node, int ordinal)
    {
        (string, ConfigNode)? found = null;
        switch (node)
        {
            case MapNode map:
                foreach (MapEntry entry in map.Entries.TakeWhile(entry => entry.Value.Position.Line <= ordinal))
                {
                    found = (entry.Key, entry.Value);
                }
                break;
            case ListNode list:
                for (int i = 0; i < list.Items.Length && list.Items[i].Position.Line <= ordinal; i++)
                {
                    found = (i.ToString(CultureInfo.InvariantCulture), list.Items[i]);
                }
                break;
        }
        return found;
    }
}
