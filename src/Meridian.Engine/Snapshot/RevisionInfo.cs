namespace Meridian.Engine.Snapshot;

/// <summary>Where in the history of changes a snapshot comes from.</summary>
/// <param name="Number">Grows with every accepted change; 0 for a store that is still empty.</param>
/// <param name="SoaSerial">Strictly increasing in the sense of RFC 1982 from each revision to the next, also after a rollback.</param>
/// <param name="Digest">SHA-256 of the model in hexadecimal: equal digests are equal configurations. Keys the draws.</param>
/// <param name="LoadedAt">When it was accepted.</param>
public sealed record RevisionInfo(long Number, uint SoaSerial, string Digest, DateTimeOffset LoadedAt);
