namespace Meridian.Control.Access;

/// <summary>When and from where a token was used last.</summary>
public sealed record TokenUse(DateTimeOffset At, string From);
