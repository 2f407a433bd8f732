using Meridian.Engine.Health;

namespace Meridian.Engine.Snapshot;

/// <summary>
/// The one place where control code hands finished state to the threads that answer. Readers do one volatile read;
/// writers are serialised and swap whole immutable objects.
/// </summary>
public sealed class DataPlane
{
    /// <summary>The snapshot that answers now; null before the first one is published.</summary>
    public DataPlaneSnapshot? Snapshot => throw new NotImplementedException();

    /// <summary>Replaces the snapshot, with a health table made from what <paramref name="verdicts"/> knows now.</summary>
    public void Publish(DataPlaneSnapshot snapshot, IVerdictSource verdicts) => throw new NotImplementedException();

    /// <summary>Swaps in a health table with these verdicts changed. Members that the snapshot does not have are passed over.</summary>
    public void UpdateVerdicts(ReadOnlySpan<VerdictChange> changes) => throw new NotImplementedException();
}
