namespace Meridian.Engine.Tests.Support;

/// <summary>
/// Tests that count what their thread allocates run when no others do: a collection that another test causes takes the
/// thread's unused allocation area away, and what is counted is then off by up to its 8 KiB.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    public const string Name = "Allocation";
}
