using Meridian.Control.ChangeLog;

namespace Meridian.Control.Route53.Operations;

/// <summary>The message of a revision that this API made: the operation, and what the client said of it.</summary>
internal static class ChangeMessage
{
    private const string Separator = ": ";

    public static string Write(string operation, string? comment)
    {
        string text = string.IsNullOrEmpty(comment) ? operation : operation + Separator + comment;
        return text.Length <= ChangeLogLimits.MaxMessageLength ? text : text[..ChangeLogLimits.MaxMessageLength];
    }

    /// <summary>What the client said; null when nothing, or when another door made the revision.</summary>
    public static string? CommentOf(Revision revision)
    {
        int separator = revision.Message.IndexOf(Separator, StringComparison.Ordinal);
        return revision.Origin == ChangeOrigin.Route53 && separator > 0 ? revision.Message[(separator + Separator.Length)..] : null;
    }
}
