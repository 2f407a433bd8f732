namespace Meridian.Client;

/// <summary>Query strings.</summary>
internal static class Query
{
    /// <summary>With its question mark; empty when no parameter has a value.</summary>
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        List<string> given = [];
        foreach ((string name, string? value) in parameters)
        {
            if (value is not null)
            {
                given.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }
}
