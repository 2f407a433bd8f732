using System.Text;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// The content of a document: canonical JSON in UTF-8. Two bodies are equal when their octets are, so whoever writes
/// documents writes them canonically.
/// </summary>
public readonly struct DocumentBody : IEquatable<DocumentBody>
{
    private readonly byte[]? _octets;

    /// <param name="octets">Owned by the body from here on: the caller no longer changes them.</param>
    public DocumentBody(byte[] octets)
    {
        _octets = octets;
    }

    public static DocumentBody FromText(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>Octets of UTF-8.</summary>
    public int Length => _octets?.Length ?? 0;

    public ReadOnlySpan<byte> Utf8 => _octets;

    /// <summary>What <c>JsonDocument.Parse</c> takes.</summary>
    public ReadOnlyMemory<byte> Memory => _octets;

    public bool Equals(DocumentBody other) => Utf8.SequenceEqual(other.Utf8);

    public override bool Equals(object? obj) => obj is DocumentBody other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    public static bool operator ==(DocumentBody left, DocumentBody right) => left.Equals(right);

    public static bool operator !=(DocumentBody left, DocumentBody right) => !left.Equals(right);

    /// <summary>The JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8);
}
