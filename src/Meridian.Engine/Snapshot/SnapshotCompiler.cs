using System.Collections.Immutable;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Snapshot;

/// <summary>Turns a model into a snapshot. Pure: the same model, places and revision give the same snapshot.</summary>
public static class SnapshotCompiler
{
    /// <summary>Compiles everything anew, reusing from <paramref name="previous"/> what did not change.</summary>
    /// <param name="model">A model without dangling references.</param>
    /// <param name="places">The location database with the model's overrides applied.</param>
    /// <param name="revision">What the snapshot will say it is.</param>
    /// <param name="previous">The snapshot before; null for the first.</param>
    public static CompileResult Compile(MeridianModel model, PlaceDatabase places, RevisionInfo revision, DataPlaneSnapshot? previous) =>
        throw new NotImplementedException();
}

/// <summary>A snapshot, or everything that is wrong with the model. Exactly one of the two is there.</summary>
/// <param name="Snapshot">Null when there are problems.</param>
/// <param name="Problems">All of them.</param>
public sealed record CompileResult(DataPlaneSnapshot? Snapshot, ImmutableArray<ModelProblem> Problems);

/// <summary>Something that is wrong with a model.</summary>
/// <param name="Path">Where in the model, as keys from the top: <c>zones/example.com./records/www/CNAME</c>.</param>
/// <param name="Message">What is wrong, what was expected, and what to do instead.</param>
public sealed record ModelProblem(string Path, string Message);
