using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Updates;

/// <summary>The kinds of prerequisites (RFC 2136 §2.4).</summary>
public enum UpdatePrerequisiteKind : byte
{
    /// <summary>§2.4.1: the owner has records of this type.</summary>
    RRsetExists,

    /// <summary>§2.4.2: together with the other prerequisites of this owner and type, exactly these records.</summary>
    RRsetIs,

    /// <summary>§2.4.3: the owner has no records of this type.</summary>
    RRsetDoesNotExist,

    /// <summary>§2.4.4: the owner has a record of any type.</summary>
    NameIsInUse,

    /// <summary>§2.4.5: the owner has no record at all.</summary>
    NameIsNotInUse,
}

/// <summary>Something that must hold for an update to be made.</summary>
/// <param name="Kind">What.</param>
/// <param name="Owner">Of whom.</param>
/// <param name="Type">Of which type; ANY when the name itself is asked about.</param>
/// <param name="Rdata">For <see cref="UpdatePrerequisiteKind.RRsetIs"/>, uncompressed.</param>
public sealed record UpdatePrerequisite(UpdatePrerequisiteKind Kind, DomainName Owner, RecordType Type, ReadOnlyMemory<byte> Rdata)
{
    /// <summary>Reads one record of the prerequisite section (RFC 2136 §3.2.5).</summary>
    internal static Rcode TryRead(MessageRecord record, DomainName apex, RecordClass zoneClass, out UpdatePrerequisite? prerequisite)
    {
        prerequisite = null;
        if (record.TtlSeconds != 0)
        {
            return Rcode.FormErr;
        }
        DomainName owner = record.Owner;
        if (!owner.IsSubdomainOf(apex))
        {
            return Rcode.NotZone;
        }
        bool isAnyType = record.Type == RecordType.ANY;
        if (record.Class == zoneClass)
        {
            // ANY and the like cannot be the type of a record.
            prerequisite = record.Type.IsMetaOrQueryType() ? null : new(UpdatePrerequisiteKind.RRsetIs, owner, record.Type, record.Rdata);
        }
        else if (record.Rdata.IsEmpty && (isAnyType || !record.Type.IsMetaOrQueryType()))
        {
            UpdatePrerequisiteKind? kind = record.Class switch
            {
                RecordClass.ANY => isAnyType ? UpdatePrerequisiteKind.NameIsInUse : UpdatePrerequisiteKind.RRsetExists,
                RecordClass.NONE => isAnyType ? UpdatePrerequisiteKind.NameIsNotInUse : UpdatePrerequisiteKind.RRsetDoesNotExist,
                _ => null,
            };
            prerequisite = kind is { } known ? new(known, owner, record.Type, default) : null;
        }
        return prerequisite is null ? Rcode.FormErr : Rcode.NoError;
    }
}
