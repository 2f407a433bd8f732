using System.Text;

namespace Meridian.Control.Http.Routing;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointers
{
    /// <summary>One step, escaped: <c>~</c> and <c>/</c> have a meaning of their own (RFC 6901 §3).</summary>
    public static string Escape(string step) =>
        step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The pointer for a path as the JSON reader names it: <c>$.changes[0].kind</c>; null without one.</summary>
    public static string? FromPath(string? path)
    {
        if (path is null)
        {
            return null;
        }
        StringBuilder pointer = new();
        int i = 1;
        while (i < path.Length)
        {
            bool isBracket = path[i] == '[';
            bool isQuoted = isBracket && i + 1 < path.Length && path[i + 1] == '\'';
            int start = i + (isQuoted ? 2 : 1);
            int end = isQuoted ? path.IndexOf("']", start, StringComparison.Ordinal)
                : isBracket ? path.IndexOf(']', start)
                : path.AsSpan(start).IndexOfAny('.', '[') is var next and >= 0 ? start + next : path.Length;
            if (end < 0)
            {
                break;
            }
            pointer.Append('/').Append(Escape(path[start..end]));
            i = end + (isQuoted ? 2 : isBracket ? 1 : 0);
        }
        return pointer.ToString();
    }
}
