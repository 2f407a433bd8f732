using System.Collections.Immutable;
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

    /// <summary>A message id, or the id of a decision.</summary>
    public string? Id { get; init; }

    public string? Time { get; init; }

    /// <summary>The moment whose state is to answer.</summary>
    public string? At { get; init; }

    /// <summary>A captured query, in hexadecimal.</summary>
    public string? Message { get; init; }

    public string? Transport { get; init; }

    /// <summary>For a configuration that nobody serves: pools, and members as <c>POOL/TARGET</c>, that are down.</summary>
    public ImmutableArray<string> Down { get; init; } = [];

    /// <summary><c>text</c>, <c>json</c>, <c>svg</c> or <c>html</c>.</summary>
    public string Format { get; init; } = "text";

    /// <summary>The parameters of the local endpoint's explain; what was not written is left out.</summary>
    public Dictionary<string, StringValues> ToParameters()
    {
        var parameters = new Dictionary<string, StringValues>(StringComparer.Ordinal) { ["format"] = Format };
        Add("name", Name.Length == 0 ? null : Name);
        Add("type", Type);
        Add("client", Client);
        Add("resolver", Resolver);
        Add("port", Port);
        Add("id", Id);
        Add("time", Time);
        Add("at", At);
        Add("query", Message);
        Add("transport", Transport);
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
