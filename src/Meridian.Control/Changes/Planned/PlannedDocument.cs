using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes.Planned;

/// <summary>
/// A planned change as a document of the log. Each of its steps is one revision together with what the step changes, so
/// that whenever the server ends, it goes on from what was really done.
/// </summary>
internal sealed record PlannedDocument
{
    /// <summary>Its kind: no part of the configuration.</summary>
    public const string Kind = "planned-change";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public required string Name { get; init; }

    /// <summary>The name of the document with the records of the name.</summary>
    public required string Records { get; init; }

    public required DateTimeOffset At { get; init; }

    public required uint OldTtlSeconds { get; init; }

    public required uint LowTtlSeconds { get; init; }

    public required double TailSeconds { get; init; }

    public required double VerifySeconds { get; init; }

    public ImmutableArray<string> Guard { get; init; } = [];

    public bool IsForced { get; init; }

    public required string Author { get; init; }

    public required ChangeOrigin Origin { get; init; }

    public required string Message { get; init; }

    public string? Reason { get; init; }

    /// <summary>The change.</summary>
    public required ImmutableArray<StoredChange> Changes { get; init; }

    /// <summary>What it changes, as it was when it was planned: what it relies on, and what is put back.</summary>
    public required ImmutableArray<StoredChange> Before { get; init; }

    /// <summary>The records of the name as they were when it was planned.</summary>
    public required JsonElement Original { get; init; }

    public PlannedStep Step { get; init; }

    public DateTimeOffset? LoweredAt { get; init; }

    public DateTimeOffset? ChangedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The revision that the change became.</summary>
    public long? Revision { get; init; }

    public string Note { get; init; } = "";

    [JsonIgnore]
    public DocumentKey RecordsKey => new(DocumentKinds.Records, Records);

    [JsonIgnore]
    public bool HasEnded => Step is PlannedStep.Done or PlannedStep.Cancelled or PlannedStep.Failed;

    /// <summary>What caches need after the TTL was lowered: answers with the old one live so long.</summary>
    [JsonIgnore]
    public TimeSpan Wait => IsTtlLowered ? TimeSpan.FromSeconds(OldTtlSeconds + TailSeconds) : TimeSpan.Zero;

    /// <summary>Whether there is anything to lower.</summary>
    [JsonIgnore]
    public bool IsTtlLowered => OldTtlSeconds > LowTtlSeconds;

    [JsonIgnore]
    public DateTimeOffset LowerAt => LoweredAt ?? At - Wait;

    /// <summary>When the change may be made: never before caches can know the low TTL, unless forced.</summary>
    [JsonIgnore]
    public DateTimeOffset ChangeAt => ChangedAt ?? (IsForced || LoweredAt is null || LoweredAt + Wait <= At ? At : LoweredAt.Value + Wait);

    [JsonIgnore]
    public DateTimeOffset EndAt => EndedAt ?? ChangeAt + TimeSpan.FromSeconds(VerifySeconds);

    public static PlannedDocument? TryRead(in DocumentBody body)
    {
        try
        {
            return JsonSerializer.Deserialize<PlannedDocument>(body.Utf8, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static DocumentKey KeyOf(string id) => new(Kind, id);

    public DocumentBody ToBody() => new(JsonSerializer.SerializeToUtf8Bytes(this, Options));

    public PlannedChange ToPlanned(string id) => new(
        id, Name, Step, Author, Message, At, LowerAt, ChangeAt, EndAt, OldTtlSeconds, LowTtlSeconds, TailSeconds, IsForced, Note);

    /// <summary>Stored changes as they are applied.</summary>
    public static ImmutableArray<DocumentChange> Restore(ImmutableArray<StoredChange> stored) => [.. stored.Select(change => new DocumentChange(
        new DocumentKey(change.Kind, change.Name), change.Body is { } body ? DocumentBody.FromText(body.GetRawText()) : null))];
}
