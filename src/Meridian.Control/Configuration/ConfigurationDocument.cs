namespace Meridian.Control.Configuration;

/// <summary>A file as it was when the configuration was loaded.</summary>
/// <param name="Path">As it was given or composed, not made absolute.</param>
/// <param name="Content">Its octets; null when it could not be read (it is watched all the same: it may appear).</param>
public sealed record ConfigurationDocument(string Path, ReadOnlyMemory<byte>? Content);
