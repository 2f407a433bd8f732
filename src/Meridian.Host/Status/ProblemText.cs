using System.Text.Json;
using Meridian.Client.Wire;

namespace Meridian.Host.Status;

/// <summary>A refusal of the endpoint, for a person.</summary>
internal static class ProblemText
{
    public static string Of(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(body, JsonSerializerOptions.Web)?.ToString() ?? body;
        }
        catch (JsonException)
        {
            // Something other than Meridian listens there; what it said is the best there is to show.
            return body;
        }
    }
}
