namespace Meridian.Engine.Model;

/// <summary>A webhook that is called before a standby pool gets clients, so that it can be made ready for them.</summary>
public sealed record PrewarmModel
{
    /// <summary>Where to post; http or https.</summary>
    public required Uri Url { get; init; }

    /// <summary>Signs what is posted; a secret. Null leaves it unsigned.</summary>
    public string? Secret { get; init; }

    /// <summary>How long clients wait for a success (2xx) at most; 1 s to 15 min. Then they come in any case.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it counts as warm once nobody needs it any more; 0 to 7 d.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromMinutes(10);
}
