using System.Collections.Immutable;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planning;

/// <summary>A configuration that has been read and compiled, and could be served.</summary>
/// <param name="Documents">What it was made from.</param>
/// <param name="Loaded">As the reader left it; it has a model.</param>
/// <param name="Snapshot">Compiled.</param>
internal sealed record Candidate(DocumentSet Documents, LoadResult Loaded, DataPlaneSnapshot Snapshot)
{
    public MeridianModel Model => Snapshot.Model;
}

/// <summary>A candidate, or everything that is wrong. Exactly one of the two is there.</summary>
internal sealed record CandidateResult(Candidate? Candidate, ImmutableArray<ChangeError> Errors, ImmutableArray<ChangeError> Warnings);
