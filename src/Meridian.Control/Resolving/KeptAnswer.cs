using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>A good answer that outlives a restart.</summary>
/// <param name="Answer">Answered as stale until it is renewed.</param>
/// <param name="ResolvedAt">When a resolver said so.</param>
public sealed record KeptAnswer(ResolvedAnswer Answer, DateTimeOffset ResolvedAt);
