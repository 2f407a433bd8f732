using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Updates;

/// <summary>The kinds of changes (RFC 2136 §2.5).</summary>
public enum UpdateInstructionKind : byte
{
    /// <summary>§2.5.1: add a record.</summary>
    Add,

    /// <summary>§2.5.2: delete the records of a type.</summary>
    DeleteRRset,

    /// <summary>§2.5.3: delete all records of a name.</summary>
    DeleteName,

    /// <summary>§2.5.4: delete one record.</summary>
    DeleteRecord,
}

/// <summary>One change of an update.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Owner">To whom.</param>
/// <param name="Type">The records' type; ANY for <see cref="UpdateInstructionKind.DeleteName"/>.</param>
/// <param name="TtlSeconds">Of an added record; 0 for one above 2147483647 (RFC 2181 §8).</param>
/// <param name="Rdata">Of the record to add or delete, uncompressed.</param>
public sealed record UpdateInstruction(
    UpdateInstructionKind Kind, DomainName Owner, RecordType Type, uint TtlSeconds, ReadOnlyMemory<byte> Rdata)
{
    /// <summary>Reads one record of the update section: the prescan of RFC 2136 §3.4.1.</summary>
    internal static Rcode TryRead(MessageRecord record, DomainName apex, RecordClass zoneClass, out UpdateInstruction? instruction)
    {
        instruction = null;
        DomainName owner = record.Owner;
        if (!owner.IsSubdomainOf(apex))
        {
            return Rcode.NotZone;
        }
        bool isAnyType = record.Type == RecordType.ANY;
        bool isData = !record.Type.IsMetaOrQueryType() && record.Type != RecordType.None;
        if (record.Class == zoneClass && isData)
        {
            uint ttl = record.TtlSeconds > int.MaxValue ? 0 : record.TtlSeconds;
            instruction = new(UpdateInstructionKind.Add, owner, record.Type, ttl, record.Rdata);
        }
        else if (record is { Class: RecordClass.ANY, TtlSeconds: 0, Rdata.IsEmpty: true } && (isData || isAnyType))
        {
            UpdateInstructionKind kind = isAnyType ? UpdateInstructionKind.DeleteName : UpdateInstructionKind.DeleteRRset;
            instruction = new(kind, owner, record.Type, 0, default);
        }
        else if (record is { Class: RecordClass.NONE, TtlSeconds: 0 } && isData)
        {
            instruction = new(UpdateInstructionKind.DeleteRecord, owner, record.Type, 0, record.Rdata);
        }
        return instruction is null ? Rcode.FormErr : Rcode.NoError;
    }
}
