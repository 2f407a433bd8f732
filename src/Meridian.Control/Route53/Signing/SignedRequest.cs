namespace Meridian.Control.Route53.Signing;

/// <summary>What of a request a signature covers, as it came over the wire.</summary>
internal sealed record SignedRequest
{
    public required string Method { get; init; }

    /// <summary>The path as it was sent: nothing decoded, nothing made tidy.</summary>
    public required string RawPath { get; init; }

    /// <summary>What stands after the question mark, as it was sent; empty for nothing.</summary>
    public required string RawQuery { get; init; }

    /// <summary>Header fields with their names in lower case; values of one name joined by commas.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Empty until it was read, which is after the head was looked at.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }
}
