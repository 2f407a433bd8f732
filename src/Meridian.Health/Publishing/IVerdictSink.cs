using Meridian.Engine.Snapshot;

namespace Meridian.Health.Publishing;

/// <summary>Where verdicts go.</summary>
public interface IVerdictSink
{
    /// <summary>Takes the changes of one instant, as one. Calls never overlap, and come in the order of the changes.</summary>
    void Publish(ReadOnlySpan<VerdictChange> changes);
}

/// <summary>Hands verdicts to the threads that answer.</summary>
public sealed class DataPlaneVerdictSink(DataPlane dataPlane) : IVerdictSink
{
    public void Publish(ReadOnlySpan<VerdictChange> changes)
    {
        // Before the first snapshot there is no table to change; the snapshot's publication asks for all verdicts itself.
        if (dataPlane.Snapshot is not null)
        {
            dataPlane.UpdateVerdicts(changes);
        }
    }
}
