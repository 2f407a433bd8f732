namespace Meridian.Engine.Model;

/// <summary>How members report by themselves.</summary>
public sealed record PushModel
{
    /// <summary>What a report must carry; 16 to 256 characters. A secret.</summary>
    public required string Token { get; init; }

    /// <summary>How long a report holds; 1 s to 1 d.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(30);
}
