using System.Buffers.Binary;
using System.Diagnostics;
using Meridian.Dns.Records;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>Appends sections to a response. Running out of room is a result, never an exception.</summary>
internal ref struct ResponseWriter
{
    /// <summary>Where the question's name begins.</summary>
    public const int QNameOffset = 12;

    // RFC 1035 §4.1.4: a pointer has 14 bits.
    private const int MaxPointerTarget = 0x3FFF;

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

    /// <summary>Appends a whole static RRset; nothing when it does not fit.</summary>
    /// <param name="zone">The zone it is in.</param>
    /// <param name="rrset">Its template.</param>
    /// <param name="section">Where it goes.</param>
    /// <param name="offsets">Where the owner's name and the zone's apex stand in the message.</param>
    /// <param name="firstRecord">Cyclic order: which record comes first.</param>
    public bool TryWriteRRset(
        CompiledZone zone, in RRsetEntry rrset, MessageSection section, NameOffsets offsets, int firstRecord = 0)
    {
        if (offsets.Owner > MaxPointerTarget)
        {
            return TryWriteUnderFullName(zone, in rrset, section, offsets.Owner);
        }
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
            Span<byte> pointer = written[(offset < 0 ? offset + length : offset)..];
            ushort placeholder = BinaryPrimitives.ReadUInt16BigEndian(pointer);
            BinaryPrimitives.WriteUInt16BigEndian(pointer, RdataPointer.Resolve(placeholder, Position, offsets.Owner, offsets.Apex));
        }
        if (offsets.Owner != QNameOffset)
        {
            WriteOwners(written, offsets.Owner);
        }
        Position += length;
        Count(section, rrset.RecordCount);
        return true;
    }

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
            BinaryPrimitives.WriteUInt16BigEndian(written[offset..], (ushort)(RdataPointer.Bits | ownerOffset));
            BinaryPrimitives.WriteUInt32BigEndian(written[(offset + RRsetEncoder.TtlOffset)..], ttlSeconds);
        }
        Position += records.Length;
        AnswerCount += (ushort)(records.Length / recordLength);
        return true;
    }

    /// <summary>Whether so many octets of records fit.</summary>
    public readonly bool HasRoomFor(int length) => Position + length <= _limit;

    /// <summary>Appends one answer record that is already in wire format, with its TTL and owner filled in. There must be room.</summary>
    public void WriteRecord(scoped ReadOnlySpan<byte> record, uint ttlSeconds, int ownerOffset)
    {
        Span<byte> written = _buffer.Slice(Position, record.Length);
        record.CopyTo(written);
        BinaryPrimitives.WriteUInt16BigEndian(written, (ushort)(RdataPointer.Bits | ownerOffset));
        BinaryPrimitives.WriteUInt32BigEndian(written[RRsetEncoder.TtlOffset..], ttlSeconds);
        Position += record.Length;
        AnswerCount++;
    }

    /// <summary>Appends one answer record with its RDATA in up to two parts.</summary>
    public bool TryWriteRecord(
        RecordType type, uint ttlSeconds, int ownerOffset, scoped ReadOnlySpan<byte> rdata, scoped ReadOnlySpan<byte> moreRdata = default)
    {
        int rdataLength = rdata.Length + moreRdata.Length;
        if (Position + RRsetEncoder.RecordHeaderLength + rdataLength > _limit)
        {
            return false;
        }
        Span<byte> record = _buffer[Position..];
        BinaryPrimitives.WriteUInt16BigEndian(record, (ushort)(RdataPointer.Bits | ownerOffset));
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

    /// <summary>
    /// Appends the CNAME that a DNAME implies: its RDATA is the labels in front of the DNAME's owner, and a pointer to the
    /// DNAME's target.
    /// </summary>
    public bool TryWriteAlias(uint ttlSeconds, int ownerOffset, ReadOnlySpan<byte> labels, int targetOffset)
    {
        Span<byte> pointer = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(pointer, (ushort)(RdataPointer.Bits | targetOffset));
        return TryWriteRecord(RecordType.CNAME, ttlSeconds, ownerOffset, labels, pointer);
    }

    /// <summary>Where the rest of a name stands, past its first octets, and past any pointer that stands there instead.</summary>
    /// <param name="nameOffset">Where the name stands; it may end in a pointer, and the target too.</param>
    /// <param name="octets">How many octets of whole labels to pass.</param>
    public readonly int OffsetOfSuffix(int nameOffset, int octets)
    {
        if (nameOffset == QNameOffset)
        {
            // The question's name has no pointers: RFC 1035 §4.1.4 would have nothing for them to point at.
            return nameOffset + octets;
        }
        int offset = nameOffset;
        while (true)
        {
            int length = _buffer[offset];
            if (length >= RdataPointer.Bits >> 8)
            {
                // Written here, so it points backward: the walk ends.
                offset = BinaryPrimitives.ReadUInt16BigEndian(_buffer[offset..]) & MaxPointerTarget;
            }
            else if (octets > 0)
            {
                offset += length + 1;
                octets -= length + 1;
            }
            else
            {
                return offset;
            }
        }
    }

    /// <summary>
    /// Appends addresses whose owner stands too far from the beginning to be pointed at: glue behind more NS records than
    /// 16 KiB hold. Each record gets the name as it stands there, with the pointer that it ends in.
    /// </summary>
    private bool TryWriteUnderFullName(CompiledZone zone, in RRsetEntry rrset, MessageSection section, int ownerOffset)
    {
        int nameLength = LengthAsWritten(_buffer[ownerOffset..]);
        if (Position + rrset.WireLength + (rrset.RecordCount * (nameLength - sizeof(ushort))) > _limit)
        {
            return false;
        }
        Debug.Assert(rrset.PatchCount == 0, "nothing that goes along has compressed names");
        ReadOnlySpan<byte> template = zone.Octets.AsSpan(rrset.WireOffset, rrset.WireLength);
        while (!template.IsEmpty)
        {
            int recordLength = OffsetOfRecord(template, 1);
            _buffer.Slice(ownerOffset, nameLength).CopyTo(_buffer[Position..]);
            template[sizeof(ushort)..recordLength].CopyTo(_buffer[(Position + nameLength)..]);
            Position += nameLength + recordLength - sizeof(ushort);
            template = template[recordLength..];
        }
        Count(section, rrset.RecordCount);
        return true;
    }

    /// <summary>Octets of a name up to its root label or its pointer.</summary>
    private static int LengthAsWritten(ReadOnlySpan<byte> name)
    {
        int length = 0;
        while (name[length] is not 0 and < (byte)(RdataPointer.Bits >> 8))
        {
            length += name[length] + 1;
        }
        return length + (name[length] == 0 ? 1 : sizeof(ushort));
    }

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

    /// <summary>Where a record of a run of records begins.</summary>
    public static int OffsetOfRecord(ReadOnlySpan<byte> records, int record)
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
            BinaryPrimitives.WriteUInt16BigEndian(records[offset..], (ushort)(RdataPointer.Bits | ownerOffset));
            offset += RRsetEncoder.RecordHeaderLength
                + BinaryPrimitives.ReadUInt16BigEndian(records[(offset + RRsetEncoder.RdataLengthOffset)..]);
        }
    }
}
