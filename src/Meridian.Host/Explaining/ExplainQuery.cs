using Microsoft.Extensions.Primitives;

namespace Meridian.Host.Explaining;

/// <summary>A query to explain, as it was written on the command line; the server checks the values and names what is wrong.</summary>
internal sealed record ExplainQuery
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public string? Client { get; init; }

    public string? Resolver { get; init; }

    public string? Port { get; init; }

    public string? MessageId { get; init; }

    public string? Time { get; init; }

    public bool AsJson { get; init; }

    /// <summary>The parameters of the local endpoint's explain; what was not written is left out.</summary>
    public Dictionary<string, StringValues> ToParameters()
    {
        var parameters = new Dictionary<string, StringValues>(StringComparer.Ordinal) { ["name"] = Name };
        Add("type", Type);
        Add("client", Client);
        Add("resolver", Resolver);
        Add("port", Port);
        Add("id", MessageId);
        Add("time", Time);
        parameters.Add("format", AsJson ? "json" : "text");
        return parameters;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                parameters.Add(key, value);
            }
        }
    }

    /// <summary>The request target of the local endpoint.</summary>
    public string ToRequestTarget() => "api/v1/explain?" + string.Join(
        '&', ToParameters().Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value.ToString())}"));
}
