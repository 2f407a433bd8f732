using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meridian.Simulation.Results;

/// <summary>A result for programs.</summary>
public static class ResultJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The record as it is, in camel case.</summary>
    public static string Render(SimulationResult result) => JsonSerializer.Serialize(result, Options);
}
