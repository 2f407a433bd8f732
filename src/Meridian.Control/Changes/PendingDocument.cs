using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes;

/// <summary>A pending change as a document of the log, so that it survives what the log survives.</summary>
internal sealed record PendingDocument
{
    /// <summary>Its kind: no part of the configuration.</summary>
    public const string Kind = "pending-change";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        RespectRequiredConstructorParameters = true,
    };

    public required PendingReason Why { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Author { get; init; }

    public required ChangeOrigin Origin { get; init; }

    public required string Message { get; init; }

    public string? Reason { get; init; }

    public ImmutableArray<GuardFinding> Guard { get; init; } = [];

    public ImmutableArray<string> Zones { get; init; } = [];

    public required ImmutableArray<StoredChange> Changes { get; init; }

    public ImmutableArray<StoredPrecondition> Preconditions { get; init; } = [];

    /// <summary>Reads a document; null when it is none of these.</summary>
    public static PendingDocument? TryRead(in DocumentBody body)
    {
        try
        {
            return JsonSerializer.Deserialize<PendingDocument>(body.Utf8, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public DocumentBody ToBody() => new(JsonSerializer.SerializeToUtf8Bytes(this, Options));

    public PendingChange ToPending(string id) => new(id, Why, At, Author, Origin, Message, Reason, Guard, Zones, Changes.Length);

    public ProposedChange ToProposal() => new()
    {
        Changes = [.. Changes.Select(change => new DocumentChange(
            new DocumentKey(change.Kind, change.Name), change.Body is { } body ? DocumentBody.FromText(body.GetRawText()) : null))],
        Preconditions = [.. Preconditions.Select(one => one.ToPrecondition())],
        Author = Author,
        Origin = Origin,
        Message = Message,
        Reason = Reason,
    };

    /// <summary>The changes of a proposal as they are stored.</summary>
    public static ImmutableArray<StoredChange> Store(ImmutableArray<DocumentChange> changes) =>
        [.. changes.Select(change => new StoredChange(change.Key.Kind, change.Key.Name, change.Body is { } body ? JsonElement.Parse(body.Utf8) : null))];
}

/// <summary>One change; without a body it deletes.</summary>
internal sealed record StoredChange(string Kind, string Name, JsonElement? Body);

/// <summary>What the author relied on.</summary>
internal sealed record StoredPrecondition(string Kind, string Name, long Version)
{
    public static ImmutableArray<StoredPrecondition> Of(ImmutableArray<Precondition> preconditions) =>
        [.. preconditions.Select(one => new StoredPrecondition(one.Key.Kind, one.Key.Name, one.Version))];

    public Precondition ToPrecondition() => new(new DocumentKey(Kind, Name), Version);
}
