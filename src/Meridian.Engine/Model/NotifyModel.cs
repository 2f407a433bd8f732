namespace Meridian.Engine.Model;

/// <summary>Whom to tell of health events, and in what form.</summary>
public sealed record NotifyModel
{
    public required string Name { get; init; }

    /// <summary>Where to post; http or https.</summary>
    public required Uri Url { get; init; }

    public NotifyFormat Format { get; init; }

    /// <summary>Signs what is posted; a secret. Null leaves it unsigned.</summary>
    public string? Secret { get; init; }

    /// <summary>The key of a paging service's integration; a secret. Null for other formats.</summary>
    public string? RoutingKey { get; init; }

    /// <summary>An event of the same kind about the same subject within this time is counted, and told with the next one; 0 to 1 d.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>What is posted.</summary>
public enum NotifyFormat : byte
{
    /// <summary>The documented JSON with all evidence.</summary>
    Json,

    /// <summary>One text, as incoming webhooks of chat services take it.</summary>
    Chat,

    /// <summary>An event of the kind that paging services take (PagerDuty's Events API v2), resolved by the event that ends it.</summary>
    Paging,
}
