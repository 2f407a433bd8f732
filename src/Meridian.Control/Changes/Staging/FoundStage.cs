using Meridian.Control.Changes.Planning;

namespace Meridian.Control.Changes.Staging;

/// <summary>What is staged now.</summary>
/// <param name="Document">As it is kept.</param>
/// <param name="Version">Of the document: tells this stage from another.</param>
/// <param name="Current">What it is staged on.</param>
internal sealed record FoundStage(StageDocument Document, long Version, Candidate Current);

/// <summary>What building a staged change on the current configuration came to.</summary>
/// <param name="Candidate">The configuration with it; null when there is none.</param>
/// <param name="Problem">Why there is none; empty when there is one.</param>
internal sealed record StagedBuild(Candidate? Candidate, string Problem);
