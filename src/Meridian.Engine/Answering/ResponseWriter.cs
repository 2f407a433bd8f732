using System.Buffers.Binary;
using Meridian.Dns.Records;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>Appends sections to a response. Running out of room is a result, never an exception.</summary>
internal ref struct ResponseWriter
{
    private const ushort PointerBits = 0xC000;

    private readonly Span<byte> _buffer;
    private readonly int _limit;

    /// <summary>Starts behind the question.</summary>
    /// <param name="buffer">The response.</param>
    /// <param name="position">Where the answer section begins.</param>
    /// <param name="limit">Octets that records may fill; what is behind is kept for OPT.</param>
    public ResponseWriter(Span<byte> buffer, int position, int limit)
    {
        _buffer = buffer;
        Position = position;
        _limit = limit;
    }

    public int Position { get; private set; }

    public ushort AnswerCount { get; private set; }

    public ushort AuthorityCount { get; private set; }

    public ushort AdditionalCount { get; private set; }

    /// <summary>Takes back everything written from a position on, with its answer records.</summary>
    public void RewindAnswers(int position, ushort answerCount)
    {
        Position = position;
        AnswerCount = answerCount;
    }

    /// <summary>Appends a whole static RRset; nothing when it does not fit.</summary>
    /// <param name="zone">The zone it is in.</param>
    /// <param name="rrset">Its template.</param>
    /// <param name="section">Where it goes.</param>
    /// <param name="ownerOffset">Where the owner's name stands in the message.</param>
    /// <param name="apexOffset">Where the zone's apex stands in the message.</param>
    /// <param name="firstRecord">Cyclic order: which record comes first.</param>
    public bool TryWriteRRset(
        CompiledZone zone, in RRsetEntry rrset, MessageSection section, int ownerOffset, int apexOffset, int firstRecord = 0)
    {
        int length = rrset.WireLength;
        if (Position + length > _limit)
        {
            return false;
        }
        ReadOnlySpan<byte> template = zone.Octets.AsSpan(rrset.WireOffset, length);
        Span<byte> written = _buffer.Slice(Position, length);
        int split = firstRecord == 0 ? 0 : OffsetOfRecord(template, firstRecord);
        template[split..].CopyTo(written);
        template[..split].CopyTo(written[(length - split)..]);
        for (int i = 0; i < rrset.PatchCount; i++)
        {
            int offset = zone.Patches[rrset.PatchStart + i] - split;
            BinaryPrimitives.WriteUInt16BigEndian(
                written[(offset < 0 ? offset + length : offset)..], (ushort)(PointerBits | apexOffset));
        }
        if (ownerOffset != QNameOffset)
        {
            WriteOwners(written, ownerOffset);
        }
        Position += length;
        Count(section, rrset.RecordCount);
        return true;
    }

    /// <summary>Where the question's name begins.</summary>
    public const int QNameOffset = 12;

    /// <summary>Appends records that are already in wire format and all of one length, with their TTL and owner filled in.</summary>
    /// <param name="records">The records, with the question's name as owner.</param>
    /// <param name="recordLength">The length of each.</param>
    /// <param name="firstRecord">Cyclic order: which record comes first.</param>
    /// <param name="ttlSeconds">Their TTL.</param>
    /// <param name="ownerOffset">Where the owner's name stands in the message.</param>
    public bool TryWriteRecords(ReadOnlySpan<byte> records, int recordLength, int firstRecord, uint ttlSeconds, int ownerOffset)
    {
        if (Position + records.Length > _limit)
        {
            return false;
        }
        Span<byte> written = _buffer.Slice(Position, records.Length);
        int split = firstRecord * recordLength;
        records[split..].CopyTo(written);
        records[..split].CopyTo(written[(records.Length - split)..]);
        for (int offset = 0; offset < written.Length; offset += recordLength)
        {
            BinaryPrimitives.WriteUInt16BigEndian(written[offset..], (ushort)(PointerBits | ownerOffset));
            BinaryPrimitives.WriteUInt32BigEndian(written[(offset + RRsetEncoder.TtlOffset)..], ttlSeconds);
        }
        Position += records.Length;
        AnswerCount += (ushort)(records.Length / recordLength);
        return true;
    }

    /// <summary>Appends one answer record with its RDATA in up to two parts.</summary>
    public bool TryWriteRecord(
        RecordType type, uint ttlSeconds, int ownerOffset, ReadOnlySpan<byte> rdata, ReadOnlySpan<byte> moreRdata = default)
    {
        int rdataLength = rdata.Length + moreRdata.Length;
        if (Position + RRsetEncoder.RecordHeaderLength + rdataLength > _limit)
        {
            return false;
        }
        Span<byte> record = _buffer[Position..];
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)(PointerBits | ownerOffset));
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], (ushort)RecordClass.IN);
        BinaryPrimitives.WriteUInt32BigEndian(record[RRsetEncoder.TtlOffset..], ttlSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(record[RRsetEncoder.RdataLengthOffset..], (ushort)rdataLength);
        rdata.CopyTo(record[RRsetEncoder.RecordHeaderLength..]);
        moreRdata.CopyTo(record[(RRsetEncoder.RecordHeaderLength + rdata.Length)..]);
        Position += RRsetEncoder.RecordHeaderLength + rdataLength;
        AnswerCount++;
        return true;
    }

    /// <summary>Where the RDATA of a record inside the last RRset written begins.</summary>
    /// <param name="rrsetPosition">Where that RRset begins.</param>
    /// <param name="record">Which record.</param>
    public readonly int RdataOffset(int rrsetPosition, int record) =>
        rrsetPosition + OffsetOfRecord(_buffer[rrsetPosition..], record) + RRsetEncoder.RecordHeaderLength;

    private void Count(MessageSection section, ushort records)
    {
        switch (section)
        {
            case MessageSection.Answer:
                AnswerCount += records;
                break;
            case MessageSection.Authority:
                AuthorityCount += records;
                break;
            default:
                AdditionalCount += records;
                break;
        }
    }

    private static int OffsetOfRecord(ReadOnlySpan<byte> records, int record)
    {
        int offset = 0;
        for (; record > 0; record--)
        {
            offset += RRsetEncoder.RecordHeaderLength
                + BinaryPrimitives.ReadUInt16BigEndian(records[(offset + RRsetEncoder.RdataLengthOffset)..]);
        }
        return offset;
    }

    private static void WriteOwners(Span<byte> records, int ownerOffset)
    {
        for (int offset = 0; offset < records.Length;)
        {
            BinaryPrimitives.WriteUInt16BigEndian(records[offset..], (ushort)(PointerBits | ownerOffset));
            offset += RRsetEncoder.RecordHeaderLength
                + BinaryPrimitives.ReadUInt16BigEndian(records[(offset + RRsetEncoder.RdataLengthOffset)..]);
        }
    }
}

/// <summary>A section of a response.</summary>
internal enum MessageSection : byte
{
    Answer,
    Authority,
    Additional,
}
