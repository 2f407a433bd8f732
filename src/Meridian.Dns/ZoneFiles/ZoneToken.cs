namespace Meridian.Dns.ZoneFiles;

/// <summary>How a token of master-file text was written.</summary>
internal enum ZoneTokenKind : byte
{
    /// <summary>Without quotes.</summary>
    Plain,

    /// <summary>In quotes, which are not part of the token.</summary>
    Quoted,

    /// <summary>With a quoted stretch inside, as in <c>alpn="h2,h3"</c>; the quotes are part of the token.</summary>
    Mixed,
}

/// <summary>A stretch of master-file text between blanks.</summary>
/// <param name="Start">From the start of the text, in characters.</param>
/// <param name="Length">In characters.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Kind">How it was written.</param>
internal readonly record struct ZoneToken(int Start, int Length, int Line, int Column, ZoneTokenKind Kind)
{
    public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => text.Slice(Start, Length);
}
