using System.Text;

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

    /// <summary>The request target of the local endpoint.</summary>
    public string ToRequestTarget()
    {
        var target = new StringBuilder("api/v1/explain?name=").Append(Uri.EscapeDataString(Name));
        Append("type", Type);
        Append("client", Client);
        Append("resolver", Resolver);
        Append("port", Port);
        Append("id", MessageId);
        Append("time", Time);
        Append("format", AsJson ? "json" : "text");
        return target.ToString();

        void Append(string key, string? value)
        {
            if (value is not null)
            {
                target.Append('&').Append(key).Append('=').Append(Uri.EscapeDataString(value));
            }
        }
    }
}
