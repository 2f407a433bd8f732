using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Makes a compiled zone into that of a newer model in which little changed: the usual case. It shares everything else with the
/// zone before, so it takes as long as the change is large, and not the zone. What changes which names are answered in this zone's
/// place (zone cuts, DNAME), or what goes along with answers, is compiled as a whole.
/// </summary>
internal static class ZonePatcher
{
    // Beyond it, compiling as a whole is not much dearer, and leaves nothing behind.
    private const int MaxChanges = 4096;

    // RRsets that were replaced stay in the table: as many as there are, and some.
    private const int SpareRRsets = 4096;

    /// <summary>The newer zone, or the same when nothing is new; null when it has to be compiled as a whole.</summary>
    /// <param name="zone">The zone as it is.</param>
    /// <param name="model">What it is to be.</param>
    /// <param name="soaSerial">The serial to publish.</param>
    /// <param name="targets">The policies, which have the numbers and TTLs that they had.</param>
    /// <param name="isSeenAnew">Whether clients come to it from another zone of its name: it is a newer version for them, whatever it says.</param>
    public static CompiledZone? TryPatch(CompiledZone zone, ZoneModel model, uint soaSerial, SteeringTargets targets, bool isSeenAnew = false)
    {
        if (ReferenceEquals(zone.Model, model) && !isSeenAnew)
        {
            return zone;
        }
        if (zone.Model.DefaultTtlSeconds != model.DefaultTtlSeconds
            || FindChanges(zone.Model.RRsets, model.RRsets) is not { } changed)
        {
            return null;
        }
        if (changed.Count == 0 && zone.Model.Soa == model.Soa && !isSeenAnew)
        {
            return zone;
        }
        if (zone.Store.IsWasteful || zone.RRsets.Count > (2L * model.RRsets.Length) + SpareRRsets)
        {
            return null;
        }
        ZonePatching patching = new(zone, model, targets);
        return patching.TryApply(changed) ? patching.Finish(soaSerial) : null;
    }

    /// <summary>The RRsets that came, went, or have other data; null when they are too many.</summary>
    private static List<RRsetChange>? FindChanges(RRsetList before, RRsetList after)
    {
        List<RRsetChange> changed = [];
        foreach ((RRsetModel? old, RRsetModel? now, int index) in RRsetDifference.Between(before, after))
        {
            if (old is not null && now is not null && RRsetEquality.AreEqual(old, now))
            {
                continue; // Objects that were made anew and say the same.
            }
            if (changed.Count == MaxChanges)
            {
                return null;
            }
            changed.Add(new RRsetChange(old, now, index));
        }
        return changed;
    }
}

/// <summary>One RRset that differs between two models of a zone.</summary>
/// <param name="Before">Null when it came.</param>
/// <param name="After">Null when it went.</param>
/// <param name="Index">Where it is in the newer model; −1 when it went.</param>
internal readonly record struct RRsetChange(RRsetModel? Before, RRsetModel? After, int Index)
{
    public RRsetModel Any => After ?? Before!; // One of the two is there.
}
