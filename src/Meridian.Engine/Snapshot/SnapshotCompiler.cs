using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Snapshot;

/// <summary>Turns a model into a snapshot. Pure: the same model, places and revision give the same snapshot.</summary>
public static class SnapshotCompiler
{
    /// <summary>Compiles everything anew, reusing from <paramref name="previous"/> what did not change.</summary>
    /// <param name="model">A model without dangling references.</param>
    /// <param name="places">The location database with the model's overrides applied.</param>
    /// <param name="revision">What the snapshot will say it is.</param>
    /// <param name="previous">The snapshot before; null for the first.</param>
    /// <param name="serials">
    /// The SOA serials of the model's zones, when a snapshot of the past is compiled anew
    /// (<see cref="DataPlaneSnapshot.SoaSerials"/>); otherwise every zone that is compiled gets the revision's.
    /// </param>
    public static CompileResult Compile(
        MeridianModel model, PlaceDatabase places, RevisionInfo revision, DataPlaneSnapshot? previous, ImmutableArray<uint> serials = default)
    {
        // A change of records alone leaves the trees as they are: they are the dearest part of a small change.
        bool steersAlike = previous is not null && ReferenceEquals(previous.Places, places) && previous.Model with { Zones = model.Zones } == model;
        if (!TryCompileSteering(model, places, previous, steersAlike, out SteeringProgram? steering, out GeoMapCache? maps, out ImmutableArray<ModelProblem> problems))
        {
            return new CompileResult(null, problems);
        }
        ViewMap views = previous is not null && ReferenceEquals(previous.Zones.ViewMap.Views, model.Views) ? previous.Zones.ViewMap : ViewMap.Create(model.Views);
        ZoneIndex zones = new(CompileZones(model, revision, previous, serials), views);
        int[] firstRotationSlot = new int[zones.Zones.Length];
        int rotationSlots = 0;
        for (int i = 0; i < firstRotationSlot.Length; i++)
        {
            firstRotationSlot[i] = rotationSlots;
            rotationSlots += zones.Zones[i].RotationSlotCount;
        }
        CompiledParts parts = new(zones, firstRotationSlot, rotationSlots, steering, maps, KeyOf(revision), AnswerSettings.Compile(model))
        {
            Outside = OutsideIndex.Create(model, zones, steering.Pools),
        };
        DataPlaneSnapshot snapshot = new(parts)
        {
            Model = model,
            Revision = revision,
            Places = places,
            Members = steersAlike ? previous!.Members // It steers like something.
                : [.. model.Pools.Values.SelectMany(pool => pool.Members.Select(member => SlotOf(model, pool, member)))],
        };
        return new CompileResult(snapshot, []);
    }

    private static bool TryCompileSteering(
        MeridianModel model,
        PlaceDatabase places,
        DataPlaneSnapshot? previous,
        bool steersAlike,
        [NotNullWhen(true)] out SteeringProgram? steering,
        [NotNullWhen(true)] out GeoMapCache? maps,
        out ImmutableArray<ModelProblem> problems)
    {
        if (previous is not null && steersAlike)
        {
            (steering, maps, problems) = (previous.Steering, previous.Maps, []);
            return true;
        }
        (steering, maps) = (null, null);
        problems = ModelChecker.Check(model, places);
        if (!problems.IsEmpty)
        {
            return false;
        }
        maps = new GeoMapCache(places, previous?.Maps);
        steering = PolicyCompiler.Compile(model, places, maps, out problems);
        maps.Seal();
        return problems.IsEmpty;
    }

    private static ImmutableArray<CompiledZone> CompileZones(
        MeridianModel model, RevisionInfo revision, DataPlaneSnapshot? previous, ImmutableArray<uint> serials)
    {
        SteeringTargets targets = new(model.Policies);
        // Steered records carry policy numbers and TTLs: zones can be taken over only while those mean the same.
        bool keepsPolicies = previous is not null && SamePolicies(previous.Model, model);
        Dictionary<ZoneKey, CompiledZone> before = previous is null
            ? []
            : previous.Zones.Zones.ToDictionary(zone => zone.Model.Key);
        MovedApexes moved = MovedApexes.Between(previous?.Model, model);
        return
        [
            .. model.Zones.Values.Select((zone, index) =>
                before.TryGetValue(zone.Key, out CompiledZone? compiled) && (keepsPolicies || compiled.Steered.All(steered => steered.Alias is not null))
                    ? ZonePatcher.TryPatch(compiled, zone, SerialOf(index), targets, moved.Contains(zone.Apex)) ?? ZoneCompiler.Compile(zone, SerialOf(index), targets)
                    : ZoneCompiler.Compile(zone, SerialOf(index), targets)),
        ];

        uint SerialOf(int index) => serials.IsDefault ? revision.SoaSerial : serials[index];
    }

    private static bool SamePolicies(MeridianModel left, MeridianModel right) =>
        left.Policies.Count == right.Policies.Count
        && left.Policies.Values.Zip(right.Policies.Values).All(
            pair => pair.First.Name == pair.Second.Name && pair.First.TtlSeconds == pair.Second.TtlSeconds);

    private static MemberSlot SlotOf(MeridianModel model, PoolModel pool, MemberModel member) => new(
        new MemberKey(pool.Name, member.Target),
        pool,
        member,
        pool.Monitor is { } monitor ? model.Monitors[monitor] : null)
    {
        Overrides = model.Overrides.IsEmpty
            ? []
            : [.. model.Overrides.Values.Where(word => word.IsAbout(pool, member)).OrderByDescending(word => word.Rank)],
    };

    /// <summary>Draws are keyed by the configuration itself: all nodes that serve a revision draw alike, and each revision anew.</summary>
    private static DrawKey KeyOf(RevisionInfo revision)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"meridian draw key\n{revision.Digest}"));
        return new DrawKey(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(8)));
    }
}
