using System.Collections.Immutable;
using System.Text.Json;

namespace Meridian.Client.Wire;

/// <summary>A document with its name and version.</summary>
/// <param name="Kind">Its kind: <c>pool</c>.</param>
/// <param name="Name">Its name within the kind.</param>
/// <param name="Version">The revision that wrote it last; also its ETag.</param>
/// <param name="Body">The same as in YAML.</param>
public sealed record Document(string Kind, string Name, long Version, JsonElement Body);

/// <summary>A page of documents, by name.</summary>
/// <param name="Items">The documents.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record DocumentPage(ImmutableArray<Document> Items, string? Next);
