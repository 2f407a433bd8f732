using System.Collections.Immutable;

namespace Meridian.Engine.Snapshot;

/// <summary>A snapshot, or everything that is wrong with the model. Exactly one of the two is there.</summary>
/// <param name="Snapshot">Null when there are problems.</param>
/// <param name="Problems">All of them.</param>
public sealed record CompileResult(DataPlaneSnapshot? Snapshot, ImmutableArray<ModelProblem> Problems);

/// <summary>Something that is wrong with a model.</summary>
/// <param name="Path">Where in the model, as keys from the top: <c>policies/www</c>.</param>
/// <param name="Message">What is wrong, what was expected, and what to do instead.</param>
public sealed record ModelProblem(string Path, string Message);
