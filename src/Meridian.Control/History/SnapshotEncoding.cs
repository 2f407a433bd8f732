using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>Snapshots and candidates in octets.</summary>
internal static class SnapshotEncoding
{
    public static void WriteEntry(BinaryWriter writer, SnapshotEntry entry)
    {
        writer.Write7BitEncodedInt64(entry.Revision.Number);
        writer.Write(entry.Revision.SoaSerial);
        writer.Write(entry.Revision.Digest);
        writer.Write7BitEncodedInt64(entry.Revision.LoadedAt.UtcTicks);
        writer.Write(entry.IsInStore);
        writer.Write(entry.Archived);
        writer.Write(entry.PlacesDigest);
        writer.Write(entry.PlacesName);
        writer.Write7BitEncodedInt(entry.Serials.Length);
        foreach (SerialRun run in entry.Serials)
        {
            writer.Write7BitEncodedInt(run.Length);
            writer.Write7BitEncodedInt64(run.Age);
        }
        WriteImage(writer, entry.Image);
    }

    public static SnapshotEntry ReadEntry(BinaryReader reader)
    {
        RevisionInfo revision = new(
            reader.Read7BitEncodedInt64(), reader.ReadUInt32(), reader.ReadString(),
            new DateTimeOffset(reader.Read7BitEncodedInt64(), TimeSpan.Zero));
        return new SnapshotEntry
        {
            // In the order in which they are written.
            Revision = revision,
            IsInStore = reader.ReadBoolean(),
            Archived = reader.ReadString(),
            PlacesDigest = reader.ReadString(),
            PlacesName = reader.ReadString(),
            Serials = HistoryValues.ReadList(reader, () => new SerialRun(reader.Read7BitEncodedInt(), (uint)reader.Read7BitEncodedInt64())),
            Image = ReadImage(reader),
        };
    }

    public static void WriteStage(BinaryWriter writer, StageEntry? stage)
    {
        writer.Write(stage is not null);
        if (stage is null)
        {
            return;
        }
        WriteEntry(writer, stage.Candidate);
        writer.Write(stage.IsChange);
        writer.Write(stage.Share);
        foreach (ulong word in stage.Taken)
        {
            writer.Write(word);
        }
    }

    public static StageEntry? ReadStage(BinaryReader reader)
    {
        if (!reader.ReadBoolean())
        {
            return null;
        }
        SnapshotEntry candidate = ReadEntry(reader);
        bool isChange = reader.ReadBoolean();
        double share = reader.ReadDouble();
        return new StageEntry(candidate, isChange, share, [.. Enumerable.Range(0, ClientStage.WordCount).Select(_ => reader.ReadUInt64())]);
    }

    private static void WriteImage(BinaryWriter writer, DataPlaneImage image)
    {
        writer.Write7BitEncodedInt64(image.Stamp);
        writer.Write(image.IsWarmingUp);
        writer.Write7BitEncodedInt64(image.Sequence);
        writer.Write7BitEncodedInt(image.Members.Length);
        foreach (MemberStatus status in image.Members)
        {
            HistoryValues.WriteStatus(writer, status);
        }
        writer.Write7BitEncodedInt(image.LastGood.Length);
        foreach (LastGoodImage pool in image.LastGood)
        {
            writer.Write7BitEncodedInt(pool.Pool);
            writer.Write7BitEncodedInt64(pool.Sequence);
            HistoryValues.WriteNumbers(writer, pool.Members);
            HistoryValues.WriteNumbers(writer, [.. pool.Reductions.Select(reduction => (int)reduction)]);
        }
        HistoryValues.WriteLoads(writer, image.Loads);
        writer.Write7BitEncodedInt(image.Guards.Length);
        foreach (GuardMemory guard in image.Guards)
        {
            writer.Write(guard.Monitor);
            writer.Write(guard.IsWell);
            writer.Write7BitEncodedInt64(guard.WellSinceSeconds);
        }
        ResolutionEncoding.Write(writer, image.Resolutions);
    }

    private static DataPlaneImage ReadImage(BinaryReader reader) => new()
    {
        // In the order in which they are written.
        Stamp = reader.Read7BitEncodedInt64(),
        IsWarmingUp = reader.ReadBoolean(),
        Sequence = reader.Read7BitEncodedInt64(),
        Members = HistoryValues.ReadList(reader, () => HistoryValues.ReadStatus(reader)),
        LastGood = HistoryValues.ReadList(reader, () => ReadLastGood(reader)),
        Loads = HistoryValues.ReadLoads(reader),
        Guards = HistoryValues.ReadList(reader, () => new GuardMemory(reader.ReadString(), reader.ReadBoolean(), reader.Read7BitEncodedInt64())),
        Resolutions = HistoryValues.ReadList(reader, () => ResolutionEncoding.Read(reader)),
    };

    private static LastGoodImage ReadLastGood(BinaryReader reader)
    {
        int pool = reader.Read7BitEncodedInt();
        long sequence = reader.Read7BitEncodedInt64();
        ImmutableArray<int> members = HistoryValues.ReadList(reader, reader.Read7BitEncodedInt);
        ImmutableArray<int> reductions = HistoryValues.ReadList(reader, reader.Read7BitEncodedInt);
        return new LastGoodImage(pool, members, [.. reductions.Select(reduction => (byte)reduction)], sequence);
    }
}
