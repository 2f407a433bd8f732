using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Meridian.Control.Http;

/// <summary>
/// A query to explain. With source, port, message id and time of a captured query the decision is reproduced exactly;
/// what is left out takes the value that <see cref="ExplainReply"/> then states.
/// </summary>
public sealed record ExplainRequest
{
    /// <summary>The queried name in presentation format.</summary>
    public required string Name { get; init; }

    /// <summary>The queried type by mnemonic, or as TYPE65 (RFC 3597 §5).</summary>
    public required string Type { get; init; }

    /// <summary>
    /// Who asks: with a prefix length a client subnet (RFC 7871) that the resolver passes on, without one the query's source.
    /// </summary>
    public IPAddress? Client { get; init; }

    /// <summary>0 to 32 for IPv4, 0 to 128 for IPv6; null when the client asks by itself.</summary>
    public int? ClientPrefixLength { get; init; }

    /// <summary>The query's source when a client subnet is given; null is the loopback address.</summary>
    public IPAddress? Resolver { get; init; }

    /// <summary>The query's source port.</summary>
    public ushort? Port { get; init; }

    /// <summary>The query's message id.</summary>
    public ushort? MessageId { get; init; }

    /// <summary>When the query came; null is <see cref="At"/>, or now.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The moment whose state is to answer, from the log; null is the present state.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>A captured query as it was on the wire; takes the place of name, type, message id and client subnet.</summary>
    public byte[]? Query { get; init; }

    /// <summary>Whether it came over TCP.</summary>
    public bool IsTcp { get; init; }

    /// <summary>An id that an answer carried; takes the place of everything else, but for a name that it has no room for.</summary>
    public string? DecisionId { get; init; }

    /// <summary>Reads the request from a query string, telling every problem at once.</summary>
    /// <returns>Null when there are problems.</returns>
    internal static ExplainRequest? FromQuery(IQueryCollection query, out ImmutableArray<string> problems) =>
        Parse(query.ToDictionary(StringComparer.Ordinal), out problems);

    /// <summary>Reads the request from parameters as a query string has them, telling every problem at once.</summary>
    /// <returns>Null when there are problems.</returns>
    public static ExplainRequest? Parse(IReadOnlyDictionary<string, StringValues> query, out ImmutableArray<string> problems)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        string? name = query.GetValueOrDefault("name");
        string? id = query.GetValueOrDefault("id");
        // A message id is a small number; the id of a decision is a long word.
        bool isDecision = id is { Length: > 5 };
        byte[]? captured = ParseQuery(query.GetValueOrDefault("query"), found);
        if (string.IsNullOrEmpty(name) && !isDecision && captured is null && found.Count == 0)
        {
            found.Add("name is missing: give the name to explain, as ?name=www.example.com");
        }
        (IPAddress? client, int? prefixLength) = ParseClient(query.GetValueOrDefault("client"), found);
        var request = new ExplainRequest
        {
            Name = name ?? "",
            Type = query.TryGetValue("type", out StringValues type) && !string.IsNullOrEmpty(type) ? type.ToString() : "A",
            Client = client,
            ClientPrefixLength = prefixLength,
            Resolver = ParseAddress("resolver", query.GetValueOrDefault("resolver"), found),
            Port = ParseNumber("port", query.GetValueOrDefault("port"), found),
            MessageId = isDecision ? null : ParseNumber("id", id, found),
            DecisionId = isDecision ? id : null,
            Query = captured,
            IsTcp = query.GetValueOrDefault("transport") == "tcp",
            Time = ParseTime("time", query.GetValueOrDefault("time"), found),
            At = ParseTime("at", query.GetValueOrDefault("at"), found),
        };
        problems = found.ToImmutable();
        return problems.IsEmpty ? request : null;
    }

    private static (IPAddress? Address, int? PrefixLength) ParseClient(string? text, ImmutableArray<string>.Builder problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (null, null);
        }
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        IPAddress? address = ParseAddress("client", slash < 0 ? text : text[..slash], problems);
        if (address is null || slash < 0)
        {
            return (address, null);
        }
        int longest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length <= longest)
        {
            return (address, length);
        }
        problems.Add($"client '{text}' has no valid prefix length: it goes from 0 to {longest}");
        return (address, null);
    }

    private static IPAddress? ParseAddress(string key, string? text, ImmutableArray<string>.Builder problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        // IPAddress also reads "1" and "0x7f.1"; an address here is one that a person would write.
        if (IPAddress.TryParse(text, out IPAddress? address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(character => character == '.') == 3))
        {
            return address;
        }
        problems.Add($"{key} '{text}' is not an IP address");
        return null;
    }

    private static ushort? ParseNumber(string key, string? text, ImmutableArray<string>.Builder problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            return number;
        }
        problems.Add($"{key} '{text}' is not a number from 0 to 65535");
        return null;
    }

    private static byte[]? ParseQuery(string? text, ImmutableArray<string>.Builder problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        if (text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(text);
        }
        problems.Add("query is not a message in hexadecimal");
        return null;
    }

    private static DateTimeOffset? ParseTime(string key, string? text, ImmutableArray<string>.Builder problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        // Unix seconds as a capture has them, or ISO 8601 as a person writes it.
        if (text.Contains('.', StringComparison.Ordinal) && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal fraction)
            && fraction <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return DateTimeOffset.UnixEpoch.AddTicks((long)(fraction * TimeSpan.TicksPerSecond));
        }
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        }
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return time;
        }
        problems.Add($"{key} '{text}' is neither seconds since 1970 nor a date as 2026-11-20T06:00:00Z");
        return null;
    }
}
