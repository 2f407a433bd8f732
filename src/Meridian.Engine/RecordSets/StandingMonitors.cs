using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.RecordSets;

/// <summary>Monitors that say something by themselves and not of the members of a pool: health checks of Route 53 are such.</summary>
public static class StandingMonitors
{
    /// <summary>The pool that stands for such a monitor; its one member's verdict is the monitor's.</summary>
    public static string PoolOf(string monitor) => $"monitor/{monitor}";

    /// <summary>The member whose verdict is the monitor's.</summary>
    public static MemberKey MemberOf(string monitor) => new(PoolOf(monitor), monitor);

    /// <summary>Whether its verdict depends on no member: records can be healthy by it.</summary>
    public static bool StandsAlone(MonitorModel monitor) => monitor switch
    {
        { Target: not null } => true,
        { Calculated: { } calculated } => calculated.Terms.All(term => StandsAlone(term.Monitor)),
        // They ask somebody else, and need not mention any member.
        _ => monitor.Type is MonitorType.Script or MonitorType.Prometheus,
    };

    /// <summary>Whether it is run even if no record set is healthy by it: somebody may only want to know.</summary>
    public static bool IsRunByItself(MonitorModel monitor) => monitor switch
    {
        { Target: not null } => true,
        { Calculated: { } calculated } => calculated.Terms.All(term => IsRunByItself(term.Monitor)),
        _ => false,
    };

    /// <summary>The pool that stands for it.</summary>
    internal static PoolModel ToPool(MonitorModel monitor) => new()
    {
        Name = PoolOf(monitor.Name),
        IsImplicit = true,
        Monitor = monitor.Name,
        Members = [new MemberModel { Text = monitor.Name }],
    };
}
