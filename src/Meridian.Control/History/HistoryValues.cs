using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>The small parts that records are made of, in octets.</summary>
internal static class HistoryValues
{
    private const int HealthMask = 0x03;
    private const int AdminShift = 2;
    private const int AdminMask = 0x03;
    private const int MayChangeBit = 0x10;
    private const int ReductionBit = 0x20;

    public static void WriteStatuses(BinaryWriter writer, ImmutableArray<SlotStatus> statuses)
    {
        writer.Write7BitEncodedInt(statuses.Length);
        foreach (SlotStatus changed in statuses)
        {
            writer.Write7BitEncodedInt(changed.Slot);
            WriteStatus(writer, changed.Status);
        }
    }

    public static ImmutableArray<SlotStatus> ReadStatuses(BinaryReader reader) =>
        ReadList(reader, () => new SlotStatus(reader.Read7BitEncodedInt(), ReadStatus(reader)));

    public static void WriteStatus(BinaryWriter writer, MemberStatus status)
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

    public static MemberStatus ReadStatus(BinaryReader reader)
    {
        byte bits = reader.ReadByte();
        uint mayChange = (bits & MayChangeBit) != 0 ? (uint)reader.Read7BitEncodedInt64() : 0;
        byte reduction = (bits & ReductionBit) != 0 ? reader.ReadByte() : (byte)0;
        return new MemberStatus((HealthState)(bits & HealthMask), (AdminState)(bits >> AdminShift & AdminMask), mayChange)
        {
            ReductionPercent = reduction,
        };
    }

    public static void WriteLoads(BinaryWriter writer, ImmutableArray<LoadReading> readings)
    {
        writer.Write7BitEncodedInt(readings.Length);
        foreach (LoadReading reading in readings)
        {
            writer.Write(reading.Subject);
            writer.Write(reading.Metric);
            writer.Write(reading.Value);
        }
    }

    public static ImmutableArray<LoadReading> ReadLoads(BinaryReader reader) =>
        ReadList(reader, () => new LoadReading(reader.ReadString(), reader.ReadString(), reader.ReadDouble()));

    public static void WriteNumbers(BinaryWriter writer, ImmutableArray<int> numbers)
    {
        writer.Write7BitEncodedInt(numbers.Length);
        foreach (int number in numbers)
        {
            writer.Write7BitEncodedInt(number);
        }
    }

    public static ImmutableArray<T> ReadList<T>(BinaryReader reader, Func<T> read)
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
