using System.Text;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.History;

/// <summary>The octets of a record: a kind, a stamp, and what the kind has.</summary>
internal static class HistoryEncoding
{
    // 1 was a checkpoint that named every zone.
    private enum Kind : byte
    {
        Statuses = 2,
        Loads = 3,
        WarmUp = 4,
        Evidence = 5,
        Closed = 6,
        Checkpoint = 7,
        Stage = 8,
        CandidateStatuses = 9,
        CandidateLoads = 10,
        Resolutions = 11,
        Assignments = 12,
        Swap = 13,
    }

    public static byte[] Encode(HistoryRecord record)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write((byte)KindOf(record));
        writer.Write7BitEncodedInt64(record.Stamp);
        switch (record)
        {
            case CheckpointRecord checkpoint:
                WriteCheckpoint(writer, checkpoint);
                break;
            case StatusesRecord statuses:
                HistoryValues.WriteStatuses(writer, statuses.Statuses);
                break;
            case LoadsRecord loads:
                HistoryValues.WriteLoads(writer, loads.Readings);
                break;
            case WarmUpRecord warmUp:
                writer.Write(warmUp.IsWarmingUp);
                break;
            case ResolutionsRecord resolutions:
                ResolutionEncoding.Write(writer, resolutions.Answers);
                break;
            case AssignmentsRecord assignments:
                AssignmentEncoding.Write(writer, assignments);
                break;
            case EvidenceRecord evidence:
                writer.Write7BitEncodedInt(evidence.Slot);
                writer.Write(evidence.Text);
                break;
            case SwapRecord swap:
                writer.Write7BitEncodedInt64(swap.Stamp - swap.Swap.BeganAt);
                writer.Write7BitEncodedInt64(swap.Swap.SettledAt - swap.Stamp);
                break;
            case StageRecord stage:
                SnapshotEncoding.WriteStage(writer, stage.Stage);
                break;
            case CandidateStatusesRecord statuses:
                HistoryValues.WriteStatuses(writer, statuses.Statuses);
                break;
            case CandidateLoadsRecord loads:
                HistoryValues.WriteLoads(writer, loads.Readings);
                break;
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a record; throws <see cref="InvalidDataException"/>, <see cref="EndOfStreamException"/> or <see cref="FormatException"/> for what is none.</summary>
    public static HistoryRecord Decode(byte[] octets)
    {
        using BinaryReader reader = new(new MemoryStream(octets), Encoding.UTF8);
        Kind kind = (Kind)reader.ReadByte();
        long stamp = reader.Read7BitEncodedInt64();
        return kind switch
        {
            Kind.Checkpoint => ReadCheckpoint(reader, stamp),
            Kind.Statuses => new StatusesRecord(stamp, HistoryValues.ReadStatuses(reader)),
            Kind.Loads => new LoadsRecord(stamp, HistoryValues.ReadLoads(reader)),
            Kind.WarmUp => new WarmUpRecord(stamp, reader.ReadBoolean()),
            Kind.Evidence => new EvidenceRecord(stamp, reader.Read7BitEncodedInt(), reader.ReadString()),
            Kind.Stage => new StageRecord(stamp, SnapshotEncoding.ReadStage(reader)),
            Kind.CandidateStatuses => new CandidateStatusesRecord(stamp, HistoryValues.ReadStatuses(reader)),
            Kind.CandidateLoads => new CandidateLoadsRecord(stamp, HistoryValues.ReadLoads(reader)),
            Kind.Closed => new ClosedRecord(stamp),
            Kind.Resolutions => new ResolutionsRecord(stamp, HistoryValues.ReadList(reader, () => ResolutionEncoding.Read(reader))),
            Kind.Assignments => AssignmentEncoding.Read(reader, stamp),
            // In the order in which they are written.
            Kind.Swap => new SwapRecord(new SwapTimes(stamp, stamp - reader.Read7BitEncodedInt64(), stamp + reader.Read7BitEncodedInt64())),
            _ => throw new InvalidDataException($"there is no record of kind {(byte)kind}"),
        };
    }

    private static Kind KindOf(HistoryRecord record) => record switch
    {
        CheckpointRecord => Kind.Checkpoint,
        StatusesRecord => Kind.Statuses,
        LoadsRecord => Kind.Loads,
        WarmUpRecord => Kind.WarmUp,
        EvidenceRecord => Kind.Evidence,
        ResolutionsRecord => Kind.Resolutions,
        AssignmentsRecord => Kind.Assignments,
        SwapRecord => Kind.Swap,
        StageRecord => Kind.Stage,
        CandidateStatusesRecord => Kind.CandidateStatuses,
        CandidateLoadsRecord => Kind.CandidateLoads,
        _ => Kind.Closed,
    };

    private static void WriteCheckpoint(BinaryWriter writer, CheckpointRecord checkpoint)
    {
        writer.Write(checkpoint.KeepsMembers);
        writer.Write(checkpoint.KeepsZones);
        writer.Write7BitEncodedInt(checkpoint.UdpPayloadSize);
        SnapshotEncoding.WriteEntry(writer, checkpoint.Entry);
        SnapshotEncoding.WriteStage(writer, checkpoint.Stage);
    }

    private static CheckpointRecord ReadCheckpoint(BinaryReader reader, long stamp) => new(stamp)
    {
        // In the order in which they are written.
        KeepsMembers = reader.ReadBoolean(),
        KeepsZones = reader.ReadBoolean(),
        UdpPayloadSize = reader.Read7BitEncodedInt(),
        Entry = SnapshotEncoding.ReadEntry(reader),
        Stage = SnapshotEncoding.ReadStage(reader),
    };
}
