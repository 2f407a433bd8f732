using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Makes a compiled zone into that of a newer model which has the same names and types, and a few of them with other data:
/// the usual change. It shares everything else with the zone before, so it takes as long as the change is large, and not
/// the zone. What adds or takes away names or types, or changes what goes along with answers, is compiled as a whole.
/// </summary>
internal static class ZonePatcher
{
    // Beyond it, compiling as a whole is not much dearer, and leaves nothing behind.
    private const int MaxChanges = 4096;

    /// <summary>The newer zone, or the same when nothing is new; null when it has to be compiled as a whole.</summary>
    /// <param name="zone">The zone as it is.</param>
    /// <param name="model">What it is to be.</param>
    /// <param name="soaSerial">The serial to publish.</param>
    /// <param name="targets">The policies, which have the numbers and TTLs that they had.</param>
    public static CompiledZone? TryPatch(CompiledZone zone, ZoneModel model, uint soaSerial, SteeringTargets targets)
    {
        if (ReferenceEquals(zone.Model, model))
        {
            return zone;
        }
        if (zone.Model.DefaultTtlSeconds != model.DefaultTtlSeconds
            || FindChanges(zone.Model.RRsets, model.RRsets) is not { } changed)
        {
            return null;
        }
        // Who sees a zone is no part of what it says, but those who see it from now on are to be told of a newer version.
        if (changed.Count == 0 && zone.Model.Soa == model.Soa && zone.Model.Views == model.Views)
        {
            return zone;
        }
        if (zone.Store.IsWasteful)
        {
            return null;
        }
        RRsetCompiler compiler = new(model, targets);
        Dictionary<int, RRsetEntry> entries = [];
        ImmutableArray<SteeredRRset> steered = zone.Steered;
        foreach (RRsetModel rrset in changed)
        {
            int node = zone.FindNode(rrset.Owner.Wire, NameHash.Compute(rrset.Owner.Wire));
            int index = zone.FindRRset(in zone.Nodes[node], rrset.Type);
            RRsetEntry entry = compiler.Encode(rrset);
            if (entry.SteeredIndex != RRsetEntry.None)
            {
                int place = zone.RRsets[index].SteeredIndex;
                steered = steered.SetItem(place, compiler.Steered[entry.SteeredIndex]);
                entry.SteeredIndex = place;
            }
            entries[index] = entry;
        }
        int apex = zone.FindNode(model.Apex.Wire, NameHash.Compute(model.Apex.Wire));
        entries[zone.FindRRset(in zone.Nodes[apex], RecordType.SOA)] = compiler.EncodeSoa(soaSerial, isNegative: false);
        entries[zone.NegativeSoaRRset] = compiler.EncodeSoa(soaSerial, isNegative: true);
        return Put(zone, model, soaSerial, compiler, entries, steered);
    }

    private static CompiledZone Put(
        CompiledZone zone,
        ZoneModel model,
        uint soaSerial,
        RRsetCompiler compiler,
        Dictionary<int, RRsetEntry> entries,
        ImmutableArray<SteeredRRset> steered)
    {
        OctetStore store = zone.Store.Append(compiler.Octets.ToArray(), out int octets);
        int patches = zone.Patches.Length;
        foreach (int index in entries.Keys)
        {
            ref RRsetEntry entry = ref CollectionsMarshal.GetValueRefOrNullRef(entries, index);
            entry.WireOffset += octets;
            entry.TargetOffset += octets;
            entry.PatchStart += patches;
        }
        return zone.With(model, soaSerial, store, zone.RRsets.With(entries), [.. zone.Patches, .. compiler.Patches], steered);
    }

    /// <summary>The RRsets that have other data; null when there is more to it than that.</summary>
    private static List<RRsetModel>? FindChanges(ImmutableArray<RRsetModel> before, ImmutableArray<RRsetModel> after)
    {
        if (before.Length != after.Length)
        {
            return null;
        }
        if (before == after)
        {
            return []; // One array.
        }
        List<RRsetModel> changed = [];
        for (int i = 0; i < after.Length; i++)
        {
            // Front ends carry over what they do not change, so nearly all are the same object.
            if (ReferenceEquals(before[i], after[i]) || RRsetEquality.AreEqual(before[i], after[i]))
            {
                continue;
            }
            if (changed.Count == MaxChanges || !IsPatchable(before[i], after[i]))
            {
                return null;
            }
            changed.Add(after[i]);
        }
        return changed;
    }

    private static bool IsPatchable(RRsetModel before, RRsetModel after) =>
        before.Owner == after.Owner
        && before.Type == after.Type
        && (before.Steering is null && before.Outside is null) == (after.Steering is null && after.Outside is null)
        // A counter is numbered within the zone.
        && !RRsetCompiler.Rotates(before) && !RRsetCompiler.Rotates(after)
        // Records that name hosts bring other records along; DNAME is looked at from below.
        && AdditionalTargets.NameOffset(after.Type) < 0
        && after.Type != RecordType.DNAME;
}
