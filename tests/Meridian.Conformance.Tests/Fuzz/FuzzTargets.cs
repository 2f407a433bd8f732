namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Everything that takes input from outside.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> CreateAll() =>
    [
        new PacketTarget(), new MessageTarget(), new ZoneTextTarget(), new RdataTextTarget(), new RdataWireTarget(),
        new PlaceDatabaseTarget(), new ConfigurationTarget(), new UpdateTarget(), new SignedUpdateTarget(),
    ];
}
