using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Control.ChangeLog;
using Meridian.Engine.Answering;

namespace Meridian.Control.Changes.Staging;

/// <summary>A staged change as a document of the log: a restart goes on where it was.</summary>
internal sealed record StageDocument
{
    /// <summary>Its kind: no part of the configuration. There is at most one, of the name <see cref="Name"/>.</summary>
    public const string Kind = "staged-change";

    public const string Name = "current";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static DocumentKey Key { get; } = new(Kind, Name);

    public required DateTimeOffset StartedAt { get; init; }

    public required string Author { get; init; }

    public required ChangeOrigin Origin { get; init; }

    public required string Message { get; init; }

    public string? Reason { get; init; }

    public required StagePlan Plan { get; init; }

    public required ImmutableArray<StoredChange> Changes { get; init; }

    /// <summary>What the author relied on, and still does when it is promoted.</summary>
    public ImmutableArray<StoredPrecondition> Preconditions { get; init; } = [];

    /// <summary>Guarded members that were down when it began: that has nothing to do with it, nor has it after a restart.</summary>
    public ImmutableArray<StoredMember> DownBefore { get; init; } = [];

    /// <summary>
    /// Who asked how much when it began, by bucket of networks: what was taken then is taken after a restart, and on other nodes. Null in
    /// documents of before there was this.
    /// </summary>
    public ImmutableArray<StoredVolume>? Volumes { get; init; }

    public static StageDocument? TryRead(in DocumentBody body)
    {
        try
        {
            return JsonSerializer.Deserialize<StageDocument>(body.Utf8, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public DocumentBody ToBody() => new(JsonSerializer.SerializeToUtf8Bytes(this, Options));

    public ImmutableArray<DocumentChange> ToChanges() => [.. Changes.Select(change => new DocumentChange(
        new DocumentKey(change.Kind, change.Name), change.Body is { } body ? DocumentBody.FromText(body.GetRawText()) : null))];
}

/// <summary>What was observed of the networks of a bucket.</summary>
internal sealed record StoredVolume(int Bucket, long Queries)
{
    public static ImmutableArray<StoredVolume> Of(long[] volumes) =>
        [.. volumes.Index().Where(bucket => bucket.Item > 0).Select(bucket => new StoredVolume(bucket.Index, bucket.Item))];

    /// <summary>By bucket; one that there is not is passed over.</summary>
    public static long[] Restore(ImmutableArray<StoredVolume> stored)
    {
        long[] volumes = new long[ClientStage.BucketCount];
        foreach (StoredVolume volume in stored.Where(volume => volume is { Bucket: >= 0 and < ClientStage.BucketCount, Queries: > 0 }))
        {
            volumes[volume.Bucket] = volume.Queries;
        }
        return volumes;
    }
}

/// <summary>A member of a pool.</summary>
internal sealed record StoredMember(string Pool, string Target);
