using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Engine.Snapshot;

/// <summary>Everything compiled from one revision of the model. Immutable; replaced as a whole.</summary>
public sealed class DataPlaneSnapshot
{
    internal DataPlaneSnapshot(MeridianModel model, RevisionInfo revision)
    {
        Model = model;
        Revision = revision;
    }

    /// <summary>What it was compiled from.</summary>
    public MeridianModel Model { get; }

    public RevisionInfo Revision { get; }

    /// <summary>Every member of every pool, in the order of the health table.</summary>
    public ImmutableArray<MemberSlot> Members { get; internal init; } = [];
}
