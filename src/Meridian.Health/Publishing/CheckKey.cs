using Meridian.Engine.Model;
using Meridian.Health.Probes;

namespace Meridian.Health.Publishing;

/// <summary>
/// What makes a check the same check: the monitor as it is defined, and the target. Each reload makes all monitors anew,
/// so they are compared by content; a check whose key stays is not touched by a reload.
/// </summary>
internal sealed class CheckKey(MonitorModel monitor, ProbeTarget target) : IEquatable<CheckKey>
{
    internal MonitorModel Monitor { get; } = monitor;

    internal ProbeTarget Target { get; } = target;

    public bool Equals(CheckKey? other) => other is not null && Target == other.Target && AreSame(Monitor, other.Monitor);

    public override bool Equals(object? obj) => Equals(obj as CheckKey);

    public override int GetHashCode() => HashCode.Combine(Monitor.Name, Target);

    /// <summary>Whether two definitions ask the same in the same way. A test holds this to every property of the record.</summary>
    internal static bool AreSame(MonitorModel a, MonitorModel b) =>
        // The collections compare by reference within a record: by content here, and then with one put for the other.
        a.ExpectedStatus.AsSpan().SequenceEqual(b.ExpectedStatus.AsSpan())
        && a.Headers.SequenceEqual(b.Headers)
        && AreSame(a.Calculated, b.Calculated)
        && a == b with { ExpectedStatus = a.ExpectedStatus, Headers = a.Headers, Calculated = a.Calculated };

    private static bool AreSame(CalculatedModel? a, CalculatedModel? b)
    {
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        // By hand, because the monitors in it have collections of their own.
        bool isSame = a.AtLeast == b.AtLeast && a.Terms.Count == b.Terms.Count;
        for (int i = 0; isSame && i < a.Terms.Count; i++)
        {
            (CalculatedTerm one, CalculatedTerm other) = (a.Terms[i], b.Terms[i]);
            isSame = one.Weight == other.Weight && one.IsInverted == other.IsInverted && AreSame(one.Monitor, other.Monitor);
        }

        return isSame;
    }
}
