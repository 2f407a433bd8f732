using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>An answer that outlives a restart.</summary>
/// <param name="Answer">Addresses are answered as stale until they are renewed.</param>
/// <param name="ResolvedAt">When a resolver said so.</param>
public sealed record KeptAnswer(ResolvedAnswer Answer, DateTimeOffset ResolvedAt);
