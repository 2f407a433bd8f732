namespace Meridian.Dns.ZoneFiles;

/// <summary>
/// Finds the part of a master file in which every line is an entry of its own, and where it can be cut: stretches of it
/// can be scanned by several cores, because nothing goes over from one to the next.
/// </summary>
internal static class ZoneFileStretches
{
    /// <summary>Characters that are worth a stretch of their own: some milliseconds of scanning, against microseconds to begin one.</summary>
    public const int DefaultLength = 1 << 18;

    /// <summary>Where the part begins; the text's length when there is none.</summary>
    /// <param name="text">A whole master file.</param>
    public static int TailOf(ReadOnlySpan<char> text)
    {
        // A parenthesis lets an entry go on over lines, and a directive changes what follows (RFC 1035 §5.1). One inside a
        // comment or a string does neither, and costs only that what is before it is scanned in order. A quote ends on its line.
        int last = Math.Max(text.LastIndexOfAny('(', ')'), text.LastIndexOf("\n$") + 1);
        // The first line stays out of it in any case, and with it a byte order mark or a directive there.
        return NextCut(text, Math.Max(last, 0));
    }

    /// <summary>
    /// Where the first line behind a place begins that names its owner; the text's length when there is none. A line that
    /// begins with a blank takes the owner of the record before.
    /// </summary>
    public static int NextCut(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length)
        {
            int length = text[from..].IndexOf('\n');
            if (length < 0)
            {
                break;
            }
            from += length + 1;
            if (from < text.Length && text[from] is not (' ' or '\t' or '\r' or '\n' or ';'))
            {
                return from;
            }
        }
        return text.Length;
    }

    /// <summary>Cuts the part into stretches of about equal length.</summary>
    /// <param name="text">A whole master file.</param>
    /// <param name="tail">Where the part begins, as <see cref="TailOf"/> found it.</param>
    /// <param name="count">How many are wanted; fewer are made where lines are long.</param>
    public static List<Range> Cut(ReadOnlySpan<char> text, int tail, int count)
    {
        List<Range> stretches = new(count);
        int start = tail;
        for (int i = 1; i <= count && start < text.Length; i++)
        {
            int aim = tail + (int)((long)(text.Length - tail) * i / count);
            int end = i == count ? text.Length : NextCut(text, Math.Max(aim, start));
            stretches.Add(start..end);
            start = end;
        }
        return stretches;
    }
}
