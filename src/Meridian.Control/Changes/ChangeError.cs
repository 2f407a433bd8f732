using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes;

/// <summary>Something that is wrong with a proposed change, at its place in a document.</summary>
/// <param name="Document">The document; null when it is wrong with none in particular.</param>
/// <param name="Pointer">JSON pointer (RFC 6901) into its body; empty for the whole document.</param>
/// <param name="Message">What is wrong and what was expected, without a full stop.</param>
/// <param name="Suggestion">The nearest valid spelling, when there is one.</param>
public sealed record ChangeError(DocumentKey? Document, string Pointer, string Message, string? Suggestion)
{
    /// <summary><c>document#/pointer: message (did you mean 'x'?)</c></summary>
    public override string ToString()
    {
        string at = Document is { } document ? $"{document}{(Pointer.Length > 0 ? $"#{Pointer}" : "")}: " : "";
        return $"{at}{Message}{(Suggestion is null ? "" : $" (did you mean '{Suggestion}'?)")}";
    }
}
