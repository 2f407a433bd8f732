namespace Meridian.Control.ChangeLog;

/// <summary>Identifies one document.</summary>
/// <param name="Kind">One of <see cref="DocumentKinds"/>; lower-case letters, digits and hyphens.</param>
/// <param name="Name">Unique within the kind; 1 to <see cref="ChangeLogLimits.MaxNameLength"/> octets of UTF-8 without control characters.</param>
public readonly record struct DocumentKey(string Kind, string Name) : IComparable<DocumentKey>
{
    /// <summary>By kind, then by name, each by the octets of its UTF-8: the order in which every log lists documents.</summary>
    public int CompareTo(DocumentKey other)
    {
        int byKind = CompareUtf8(Kind, other.Kind);
        return byKind != 0 ? byKind : CompareUtf8(Name, other.Name);
    }

    public static bool operator <(DocumentKey left, DocumentKey right) => left.CompareTo(right) < 0;

    public static bool operator >(DocumentKey left, DocumentKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(DocumentKey left, DocumentKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DocumentKey left, DocumentKey right) => left.CompareTo(right) >= 0;

    /// <summary>For people and for error messages: <c>pool web-eu</c>.</summary>
    public override string ToString() => $"{Kind} {Name}";

    /// <summary>Takes the words of <see cref="ToString"/> apart; a kind has no space in it.</summary>
    public static bool TryParse(string text, out DocumentKey key)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        key = space > 0 ? new DocumentKey(text[..space], text[(space + 1)..]) : default;
        return space > 0;
    }

    /// <summary>
    /// UTF-16 and UTF-8 order alike but for surrogates, which stand for code points above U+FFFF and sort below U+E000 in
    /// UTF-16: they are moved to the top.
    /// </summary>
    private static int CompareUtf8(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        for (int i = 0; i < length; i++)
        {
            char a = left[i];
            char b = right[i];
            if (a != b)
            {
                return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
            }
        }
        return left.Length.CompareTo(right.Length);
    }
}
