using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Operations;

/// <summary>What became of a change.</summary>
internal static class ChangeInfoXml
{
    /// <summary>Writes it.</summary>
    /// <param name="xml">The answer.</param>
    /// <param name="id">Of the change, bare.</param>
    /// <param name="isServed">Whether queries are answered by it; clients expect to be told only when they ask again.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="comment">What the client said of it.</param>
    public static void Write(XmlReply xml, string id, bool isServed, DateTimeOffset at, string? comment) => xml.Element("ChangeInfo", () =>
    {
        xml.Text("Id", $"/change/{id}");
        xml.Text("Status", isServed ? "INSYNC" : "PENDING");
        xml.Instant("SubmittedAt", at);
        xml.Text("Comment", comment);
    });
}
