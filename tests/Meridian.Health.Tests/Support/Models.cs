using System.Collections.Immutable;
using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Health.Tests.Support;

/// <summary>Monitors and members for tests.</summary>
internal static class Models
{
    internal static MonitorModel Monitor(MonitorType type = MonitorType.Http, string name = "web") => new()
    {
        Name = name,
        Type = type,
        Port = 80,
        Interval = TimeSpan.FromSeconds(10),
        Timeout = TimeSpan.FromSeconds(3),
    };

    internal static MemberSlot Slot(string pool, string address, MonitorModel? monitor, int? port = null)
    {
        MemberModel member = new() { Address = IPAddress.Parse(address), Port = port };
        PoolModel model = new() { Name = pool, Monitor = monitor?.Name, Members = [member] };
        return new MemberSlot(new MemberKey(pool, member.Target), model, member, monitor);
    }

    internal static ImmutableArray<MemberSlot> Slots(int count, MonitorModel monitor) =>
    [
        .. Enumerable.Range(0, count).Select(i => Slot("pool", $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", monitor)),
    ];
}
