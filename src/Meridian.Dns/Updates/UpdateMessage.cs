using System.Collections.Immutable;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Updates;

/// <summary>A dynamic update (RFC 2136 §2) whose records have the forms that the protocol knows. Nothing is said about the zone yet.</summary>
public sealed record UpdateMessage
{
    /// <summary>ZNAME.</summary>
    public required DomainName Zone { get; init; }

    /// <summary>ZCLASS.</summary>
    public required RecordClass Class { get; init; }

    /// <summary>What must hold, in the order of the message (§2.4).</summary>
    public required ImmutableArray<UpdatePrerequisite> Prerequisites { get; init; }

    /// <summary>What to do, in the order of the message (§2.5).</summary>
    public required ImmutableArray<UpdateInstruction> Instructions { get; init; }

    /// <summary>Takes the four sections apart.</summary>
    /// <param name="message">A message with the opcode UPDATE.</param>
    /// <param name="update">The update; null unless the result is <see cref="Rcode.NoError"/>.</param>
    /// <returns>
    /// <see cref="Rcode.FormErr"/> for a zone section that is not one SOA question (§3.1.1), for prerequisites and updates of
    /// none of the forms (§3.2.5, §3.4.1.3); <see cref="Rcode.NotZone"/> for an owner outside the zone.
    /// </returns>
    public static Rcode TryRead(Message message, out UpdateMessage? update)
    {
        update = null;
        if (message.Questions is not [{ Type: RecordType.SOA } zone])
        {
            return Rcode.FormErr;
        }
        DomainName apex = zone.Name;
        ImmutableArray<UpdatePrerequisite>.Builder prerequisites = ImmutableArray.CreateBuilder<UpdatePrerequisite>();
        foreach (MessageRecord record in message.Answer)
        {
            Rcode rcode = UpdatePrerequisite.TryRead(record, apex, zone.Class, out UpdatePrerequisite? prerequisite);
            if (prerequisite is null)
            {
                return rcode;
            }
            prerequisites.Add(prerequisite);
        }
        ImmutableArray<UpdateInstruction>.Builder instructions = ImmutableArray.CreateBuilder<UpdateInstruction>();
        foreach (MessageRecord record in message.Authority)
        {
            Rcode rcode = UpdateInstruction.TryRead(record, apex, zone.Class, out UpdateInstruction? instruction);
            if (instruction is null)
            {
                return rcode;
            }
            instructions.Add(instruction);
        }
        update = new UpdateMessage
        {
            Zone = apex,
            Class = zone.Class,
            Prerequisites = prerequisites.ToImmutable(),
            Instructions = instructions.ToImmutable(),
        };
        return Rcode.NoError;
    }
}
