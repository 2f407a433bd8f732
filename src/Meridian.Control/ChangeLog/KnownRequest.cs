namespace Meridian.Control.ChangeLog;

/// <summary>A request that came with an idempotency key, and was applied.</summary>
/// <param name="Revision">What it became.</param>
/// <param name="Request">The hash of what was asked for: another request with the same key is a mistake of its client.</param>
public readonly record struct KnownRequest(Revision Revision, ContentHash Request);
