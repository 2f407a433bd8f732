using System.Text.Json;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes.Planned;

/// <summary>Bodies of documents inside other documents.</summary>
internal static class DocumentElements
{
    public static JsonElement ToElement(this in DocumentBody body) => JsonElement.Parse(body.Utf8);

    public static DocumentBody ToBody(this in JsonElement element) => DocumentBody.FromText(element.GetRawText());
}
