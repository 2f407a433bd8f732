using Meridian.Engine.Snapshot;

namespace Meridian.Benchmarks.Live;

/// <summary>Something that is changed while it is served.</summary>
internal interface ILiveSubject
{
    DataPlane DataPlane { get; }

    /// <summary>Asks for what the last change was about.</summary>
    byte[] Query { get; }

    /// <summary>The address that the last change makes its answer.</summary>
    ReadOnlySpan<byte> Expected { get; }

    /// <summary>Makes and publishes another change.</summary>
    void Change();
}
