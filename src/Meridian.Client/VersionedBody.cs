using System.Text.Json;

namespace Meridian.Client;

/// <summary>A document with its version.</summary>
/// <param name="Version">To be given with a change that builds on it.</param>
/// <param name="Body">The same as in YAML.</param>
public sealed record VersionedBody(long Version, JsonElement Body);
