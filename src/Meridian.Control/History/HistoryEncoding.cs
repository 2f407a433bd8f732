using System.Collections.Immutable;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>The octets of a record: a kind, a stamp, and what the kind has.</summary>
internal static class HistoryEncoding
{
    private const int HealthMask = 0x03;
    private const int AdminShift = 2;
    private const int AdminMask = 0x03;
    private const int MayChangeBit = 0x10;
    private const int ReductionBit = 0x20;

    private enum Kind : byte
    {
        Checkpoint = 1,
        Statuses = 2,
        Loads = 3,
        WarmUp = 4,
        Evidence = 5,
        Closed = 6,
        Resolutions = 7,
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
                writer.Write7BitEncodedInt(statuses.Statuses.Length);
                foreach (SlotStatus changed in statuses.Statuses)
                {
                    writer.Write7BitEncodedInt(changed.Slot);
                    WriteStatus(writer, changed.Status);
                }
                break;
            case LoadsRecord loads:
                WriteLoads(writer, loads.Readings);
                break;
            case WarmUpRecord warmUp:
                writer.Write(warmUp.IsWarmingUp);
                break;
            case ResolutionsRecord resolutions:
                ResolutionEncoding.Write(writer, resolutions.Answers);
                break;
            case EvidenceRecord evidence:
                writer.Write7BitEncodedInt(evidence.Slot);
                writer.Write(evidence.Text);
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
            Kind.Statuses => new StatusesRecord(stamp, ReadList(reader, () => new SlotStatus(reader.Read7BitEncodedInt(), ReadStatus(reader)))),
            Kind.Loads => new LoadsRecord(stamp, ReadLoads(reader)),
            Kind.WarmUp => new WarmUpRecord(stamp, reader.ReadBoolean()),
            Kind.Evidence => new EvidenceRecord(stamp, reader.Read7BitEncodedInt(), reader.ReadString()),
            Kind.Closed => new ClosedRecord(stamp),
            Kind.Resolutions => new ResolutionsRecord(stamp, ReadList(reader, () => ResolutionEncoding.Read(reader))),
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
        _ => Kind.Closed,
    };

    private static void WriteCheckpoint(BinaryWriter writer, CheckpointRecord checkpoint)
    {
        writer.Write7BitEncodedInt64(checkpoint.Revision.Number);
        writer.Write(checkpoint.Revision.SoaSerial);
        writer.Write(checkpoint.Revision.Digest);
        writer.Write7BitEncodedInt64(checkpoint.Revision.LoadedAt.UtcTicks);
        writer.Write(checkpoint.ConfigurationDigest);
        writer.Write(checkpoint.PlacesDigest);
        writer.Write(checkpoint.PlacesName);
        writer.Write7BitEncodedInt(checkpoint.UdpPayloadSize);
        writer.Write7BitEncodedInt(checkpoint.KeptSerials.Count);
        foreach ((DomainName apex, uint serial) in checkpoint.KeptSerials)
        {
            writer.Write((byte)apex.Wire.Length);
            writer.Write(apex.Wire);
            writer.Write(serial);
        }
        DataPlaneImage image = checkpoint.Image;
        writer.Write(image.IsWarmingUp);
        writer.Write7BitEncodedInt64(image.Sequence);
        writer.Write7BitEncodedInt(image.Members.Length);
        foreach (MemberStatus status in image.Members)
        {
            WriteStatus(writer, status);
        }
        writer.Write7BitEncodedInt(image.LastGood.Length);
        foreach (LastGoodImage pool in image.LastGood)
        {
            writer.Write7BitEncodedInt(pool.Pool);
            writer.Write7BitEncodedInt64(pool.Sequence);
            WriteNumbers(writer, pool.Members);
            WriteNumbers(writer, [.. pool.Reductions.Select(reduction => (int)reduction)]);
        }
        WriteLoads(writer, image.Loads);
        writer.Write7BitEncodedInt(image.Guards.Length);
        foreach (GuardMemory guard in image.Guards)
        {
            writer.Write(guard.Monitor);
            writer.Write(guard.IsWell);
            writer.Write7BitEncodedInt64(guard.WellSinceSeconds);
        }
        ResolutionEncoding.Write(writer, image.Resolutions);
    }

    private static CheckpointRecord ReadCheckpoint(BinaryReader reader, long stamp)
    {
        RevisionInfo revision = new(
            reader.Read7BitEncodedInt64(), reader.ReadUInt32(), reader.ReadString(),
            new DateTimeOffset(reader.Read7BitEncodedInt64(), TimeSpan.Zero));
        return new CheckpointRecord(stamp)
        {
            Revision = revision,
            ConfigurationDigest = reader.ReadString(),
            PlacesDigest = reader.ReadString(),
            PlacesName = reader.ReadString(),
            UdpPayloadSize = reader.Read7BitEncodedInt(),
            KeptSerials = ReadList(reader, () => ReadSerial(reader)).ToDictionary(kept => kept.Apex, kept => kept.Serial),
            Image = ReadImage(reader, stamp),
        };
    }

    private static (DomainName Apex, uint Serial) ReadSerial(BinaryReader reader)
    {
        byte[] wire = reader.ReadBytes(reader.ReadByte());
        return DomainName.TryFromWire(wire, out DomainName? apex) == DomainNameError.None && apex is not null
            ? (apex, reader.ReadUInt32())
            : throw new InvalidDataException("a zone's name cannot be read");
    }

    private static DataPlaneImage ReadImage(BinaryReader reader, long stamp)
    {
        bool isWarmingUp = reader.ReadBoolean();
        long sequence = reader.Read7BitEncodedInt64();
        return new DataPlaneImage
        {
            Stamp = stamp,
            IsWarmingUp = isWarmingUp,
            Sequence = sequence,
            Members = ReadList(reader, () => ReadStatus(reader)),
            LastGood = ReadList(reader, () => ReadLastGood(reader)),
            Loads = ReadLoads(reader),
            Guards = ReadList(reader, () => new GuardMemory(reader.ReadString(), reader.ReadBoolean(), reader.Read7BitEncodedInt64())),
            // Logs of versions that resolved nothing end here.
            Resolutions = reader.BaseStream.Position == reader.BaseStream.Length ? [] : ReadList(reader, () => ResolutionEncoding.Read(reader)),
        };
    }

    private static LastGoodImage ReadLastGood(BinaryReader reader)
    {
        int pool = reader.Read7BitEncodedInt();
        long sequence = reader.Read7BitEncodedInt64();
        ImmutableArray<int> members = ReadList(reader, reader.Read7BitEncodedInt);
        ImmutableArray<int> reductions = ReadList(reader, reader.Read7BitEncodedInt);
        return new LastGoodImage(pool, members, [.. reductions.Select(reduction => (byte)reduction)], sequence);
    }

    private static void WriteStatus(BinaryWriter writer, MemberStatus status)
    {
        writer.Write((byte)((int)status.Health | (int)status.Admin << AdminShift
            | (status.MayChangeInSeconds > 0 ? MayChangeBit : 0) | (status.ReductionPercent > 0 ? ReductionBit : 0)));
        if (status.MayChangeInSeconds > 0)
        {
            writer.Write7BitEncodedInt64(status.MayChangeInSeconds);
        }
        if (status.ReductionPercent > 0)
        {
            writer.Write(status.ReductionPercent);
        }
    }

    private static MemberStatus ReadStatus(BinaryReader reader)
    {
        byte bits = reader.ReadByte();
        uint mayChange = (bits & MayChangeBit) != 0 ? (uint)reader.Read7BitEncodedInt64() : 0;
        byte reduction = (bits & ReductionBit) != 0 ? reader.ReadByte() : (byte)0;
        return new MemberStatus((HealthState)(bits & HealthMask), (AdminState)(bits >> AdminShift & AdminMask), mayChange)
        {
            ReductionPercent = reduction,
        };
    }

    private static void WriteLoads(BinaryWriter writer, ImmutableArray<LoadReading> readings)
    {
        writer.Write7BitEncodedInt(readings.Length);
        foreach (LoadReading reading in readings)
        {
            writer.Write(reading.Subject);
            writer.Write(reading.Metric);
            writer.Write(reading.Value);
        }
    }

    private static ImmutableArray<LoadReading> ReadLoads(BinaryReader reader) =>
        ReadList(reader, () => new LoadReading(reader.ReadString(), reader.ReadString(), reader.ReadDouble()));

    private static void WriteNumbers(BinaryWriter writer, ImmutableArray<int> numbers)
    {
        writer.Write7BitEncodedInt(numbers.Length);
        foreach (int number in numbers)
        {
            writer.Write7BitEncodedInt(number);
        }
    }

    private static ImmutableArray<T> ReadList<T>(BinaryReader reader, Func<T> read)
    {
        int count = reader.Read7BitEncodedInt();
        // Each entry has an octet at least, so a count beyond what is left is a damaged record.
        if (count < 0 || count > reader.BaseStream.Length - reader.BaseStream.Position)
        {
            throw new InvalidDataException($"a list of {count} entries does not fit into its record");
        }
        ImmutableArray<T>.Builder list = ImmutableArray.CreateBuilder<T>(count);
        for (int i = 0; i < count; i++)
        {
            list.Add(read());
        }
        return list.MoveToImmutable();
    }
}
