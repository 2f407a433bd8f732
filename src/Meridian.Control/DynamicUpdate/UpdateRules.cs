using System.Collections.Immutable;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Updates;

namespace Meridian.Control.DynamicUpdate;

/// <summary>
/// RFC 2136 §3.2 to §3.4 over the records of the owners that an update names: what must hold, and what becomes of them. Pure,
/// so that an update which lost a race can be tried again on what the winner left.
/// </summary>
internal sealed class UpdateRules
{
    private readonly UpdateMessage _update;
    private readonly UpdatePermission _permission;
    private readonly IReadOnlyDictionary<DomainName, OwnerRecords> _before;
    private readonly Dictionary<DomainName, OwnerRecords> _after;
    private readonly uint _serial;

    private UpdateRules(
        UpdateMessage update, IReadOnlyDictionary<DomainName, OwnerRecords> owners, UpdatePermission permission, uint serial)
    {
        _update = update;
        _permission = permission;
        _before = owners;
        _after = new Dictionary<DomainName, OwnerRecords>(owners);
        _serial = serial;
    }

    /// <summary>Checks and applies an update.</summary>
    /// <param name="update">The update.</param>
    /// <param name="owners">Every owner that it names, those too that own nothing; the apex with its SOA.</param>
    /// <param name="permission">What its sender may change.</param>
    /// <param name="serial">The zone's SOA serial.</param>
    /// <param name="changed">The owners that are not as they were; empty unless the verdict is <see cref="UpdateVerdict.Done"/>.</param>
    public static UpdateVerdict Apply(
        UpdateMessage update,
        IReadOnlyDictionary<DomainName, OwnerRecords> owners,
        UpdatePermission permission,
        uint serial,
        out ImmutableArray<OwnerRecords> changed)
    {
        UpdateRules rules = new(update, owners, permission, serial);
        UpdateVerdict verdict = rules.CheckPrerequisites() ?? rules.CheckPermissions() ?? rules.ApplyAll();
        changed = verdict != UpdateVerdict.Done
            ? []
            : [.. rules._after.Values.Where(after => !after.HasSameRecordsAs(owners[after.Owner])).OrderBy(after => after.Owner)];
        return verdict;
    }

    /// <summary>RFC 2136 §3.2.5.</summary>
    private UpdateVerdict? CheckPrerequisites()
    {
        foreach (UpdatePrerequisite prerequisite in _update.Prerequisites)
        {
            OwnerRecords owner = _before[prerequisite.Owner];
            bool exists = owner.Find(prerequisite.Type) is not null;
            Rcode rcode = prerequisite.Kind switch
            {
                UpdatePrerequisiteKind.NameIsInUse when owner.RRsets.IsEmpty => Rcode.NXDomain,
                UpdatePrerequisiteKind.NameIsNotInUse when !owner.RRsets.IsEmpty => Rcode.YXDomain,
                UpdatePrerequisiteKind.RRsetExists when !exists => Rcode.NXRRSet,
                UpdatePrerequisiteKind.RRsetDoesNotExist when exists => Rcode.YXRRSet,
                _ => Rcode.NoError,
            };
            if (rcode != Rcode.NoError)
            {
                return new UpdateVerdict(rcode);
            }
        }
        foreach (var expected in _update.Prerequisites
            .Where(prerequisite => prerequisite.Kind == UpdatePrerequisiteKind.RRsetIs)
            .GroupBy(prerequisite => (prerequisite.Owner, prerequisite.Type)))
        {
            OwnerRRset? found = _before[expected.Key.Owner].Find(expected.Key.Type);
            if (found is null || found.IsFixed || !found.HasSameDataAs([.. expected.Select(prerequisite => prerequisite.Rdata)]))
            {
                return new UpdateVerdict(Rcode.NXRRSet);
            }
        }
        return null;
    }

    /// <summary>RFC 2136 §3.3. What a name has is known only when it is its turn to be deleted: <see cref="DeleteName"/> looks then.</summary>
    private UpdateVerdict? CheckPermissions()
    {
        foreach (UpdateInstruction instruction in _update.Instructions)
        {
            bool isAllowed = instruction.Kind == UpdateInstructionKind.DeleteName
                ? _permission.AllowsAnythingAt(instruction.Owner)
                : _permission.Allows(instruction.Owner, instruction.Type);
            if (!isAllowed)
            {
                return NotAllowed(instruction.Owner, instruction.Type);
            }
        }
        return null;
    }

    private UpdateVerdict ApplyAll()
    {
        foreach (UpdateInstruction instruction in _update.Instructions)
        {
            UpdateVerdict? problem = instruction.Kind switch
            {
                UpdateInstructionKind.Add => Add(instruction),
                UpdateInstructionKind.DeleteRRset => DeleteRRset(instruction),
                UpdateInstructionKind.DeleteName => DeleteName(instruction),
                _ => DeleteRecord(instruction),
            };
            if (problem is not null)
            {
                return problem;
            }
        }
        return UpdateVerdict.Done;
    }

    /// <summary>RFC 2136 §3.4.2.2.</summary>
    private UpdateVerdict? Add(UpdateInstruction instruction)
    {
        OwnerRecords owner = _after[instruction.Owner];
        OwnerRRset? rrset = owner.Find(instruction.Type);
        // A CNAME beside other records, or they beside it, would be nonsense (RFC 1034 §3.6.2): silently left out.
        bool isBesideCname = instruction.Type == RecordType.CNAME
            ? owner.RRsets.Any(other => other.Type != RecordType.CNAME)
            : owner.Find(RecordType.CNAME) is not null;
        if (isBesideCname)
        {
            return null;
        }
        if (instruction.Type == RecordType.SOA)
        {
            return AddSoa(instruction, rrset);
        }
        if (rrset is { IsFixed: true })
        {
            return Fixed(owner.Owner, rrset.Type);
        }
        // One record is all that these types can have at a name: the new one takes the place of the old.
        bool isAlone = instruction.Type is RecordType.CNAME or RecordType.DNAME;
        rrset ??= new OwnerRRset(instruction.Type, instruction.TtlSeconds, [], IsFixed: false);
        Set(owner, rrset with
        {
            // RFC 2181 §5.2: the TTLs of one RRset are equal, and this is the last word.
            TtlSeconds = instruction.TtlSeconds,
            Rdata = isAlone ? [instruction.Rdata] : rrset.Without(instruction.Rdata).Rdata.Add(instruction.Rdata),
        });
        return null;
    }

    /// <summary>An SOA whose serial is not ahead is left out (RFC 2136 §3.4.2.2); here serials follow from the revisions.</summary>
    private UpdateVerdict? AddSoa(UpdateInstruction instruction, OwnerRRset? present)
    {
        // MNAME, RNAME, and then the serial in front of four other numbers.
        ReadOnlySpan<byte> rdata = instruction.Rdata.Span;
        uint serial = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(rdata[^20..]);
        return present is null || unchecked((int)(serial - _serial)) <= 0
            ? null
            : UpdateVerdict.Refused("the start of authority belongs to the zone's configuration: its serial follows from the revisions");
    }

    /// <summary>RFC 2136 §3.4.2.3, for one type.</summary>
    private UpdateVerdict? DeleteRRset(UpdateInstruction instruction)
    {
        OwnerRecords owner = _after[instruction.Owner];
        if (IsKeptAtApex(instruction.Owner, instruction.Type) || owner.Find(instruction.Type) is not { } rrset)
        {
            return null;
        }
        if (rrset.IsFixed)
        {
            return Fixed(owner.Owner, rrset.Type);
        }
        _after[owner.Owner] = owner with { RRsets = owner.RRsets.Remove(rrset) };
        return null;
    }

    /// <summary>RFC 2136 §3.4.2.3, for all types.</summary>
    private UpdateVerdict? DeleteName(UpdateInstruction instruction)
    {
        OwnerRecords owner = _after[instruction.Owner];
        foreach (OwnerRRset rrset in owner.RRsets.Where(rrset => !IsKeptAtApex(owner.Owner, rrset.Type)))
        {
            if (!_permission.Allows(owner.Owner, rrset.Type))
            {
                return NotAllowed(owner.Owner, rrset.Type);
            }
            if (rrset.IsFixed)
            {
                return Fixed(owner.Owner, rrset.Type);
            }
        }
        _after[owner.Owner] = owner with { RRsets = [.. owner.RRsets.Where(rrset => IsKeptAtApex(owner.Owner, rrset.Type))] };
        return null;
    }

    /// <summary>RFC 2136 §3.4.2.4.</summary>
    private UpdateVerdict? DeleteRecord(UpdateInstruction instruction)
    {
        OwnerRecords owner = _after[instruction.Owner];
        if (instruction.Type == RecordType.SOA || owner.Find(instruction.Type) is not { } rrset)
        {
            return null;
        }
        if (rrset.IsFixed)
        {
            return Fixed(owner.Owner, rrset.Type);
        }
        OwnerRRset rest = rrset.Without(instruction.Rdata);
        // A zone keeps its last name server.
        if (rest.Rdata.IsEmpty && IsKeptAtApex(owner.Owner, rrset.Type))
        {
            return null;
        }
        if (rest.Rdata.IsEmpty)
        {
            _after[owner.Owner] = owner with { RRsets = owner.RRsets.Remove(rrset) };
        }
        else
        {
            Set(owner, rest);
        }
        return null;
    }

    private bool IsKeptAtApex(DomainName owner, RecordType type) => owner == _update.Zone && type is RecordType.SOA or RecordType.NS;

    private void Set(OwnerRecords owner, OwnerRRset rrset)
    {
        int index = owner.RRsets.IndexOf(owner.Find(rrset.Type)!);
        _after[owner.Owner] = owner with { RRsets = index < 0 ? owner.RRsets.Add(rrset) : owner.RRsets.SetItem(index, rrset) };
    }

    private static UpdateVerdict NotAllowed(DomainName owner, RecordType type) =>
        UpdateVerdict.Refused($"the key may not change {owner} {type.ToMnemonic()}");

    private static UpdateVerdict Fixed(DomainName owner, RecordType type) =>
        UpdateVerdict.Refused($"{owner} {type.ToMnemonic()} is steered by a policy: change the policy, or the zone's configuration");
}
