using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>Answers a question name by name through the zones (RFC 1034 §4.3.2). Lives on the stack.</summary>
internal ref struct AnswerWalk
{
    private readonly DataPlaneState _state;
    private readonly AnswerScratch _scratch;
    private readonly uint[] _rotation;
    private readonly RecordType _type;
    private readonly SteeringQuery _query;
    private int _redirectCount;

    public AnswerWalk(DataPlaneState state, AnswerScratch scratch, uint[] rotation, RecordType type, SteeringQuery query)
    {
        _state = state;
        _scratch = scratch;
        _rotation = rotation;
        _type = type;
        _query = query;
        ExtendedError = ExtendedErrorCode.None;
    }

    public AnswerFlags Flags { get; private set; }

    /// <summary>AA: whether the first name of the answer is ours (RFC 1035 §4.1.1).</summary>
    public bool IsAuthoritative { get; private set; }

    /// <summary>The longest scope of any decision in the chain.</summary>
    public int ScopePrefixLength { get; private set; }

    public ExtendedErrorCode ExtendedError { get; private set; }

    /// <summary>Answers one name.</summary>
    /// <param name="zoneIndex">The closest zone at or above it.</param>
    /// <param name="name">The name in lower case.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="labels">Where its labels begin.</param>
    /// <param name="offsets">Where the name and the zone's apex stand in the message.</param>
    /// <param name="writer">Receives the records.</param>
    /// <param name="trace">Hears the steps.</param>
    public WalkStep AnswerFrom<TTrace>(
        int zoneIndex,
        ReadOnlySpan<byte> name,
        ulong hash,
        ReadOnlySpan<byte> labels,
        NameOffsets offsets,
        ref ResponseWriter writer,
        ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        CompiledZone zone = _state.Snapshot.Zones.Zones[zoneIndex];
        LookupOutcome outcome = NameLookup.Find(zone, name, hash, labels, _type, out int node);
        if (TTrace.IsEnabled)
        {
            trace.OnLookup(zone, name, outcome, node);
        }
        if (outcome == LookupOutcome.Referral)
        {
            WriteReferral(zone, in zone.Nodes[node], name, offsets, ref writer);
            return new WalkStep(Rcode.NoError, AnswerKind.Referral);
        }
        // RFC 1035 §4.1.1: AA belongs to the first owner in the answer section.
        IsAuthoritative |= writer.AnswerCount == 0;
        switch (outcome)
        {
            case LookupOutcome.Redirect:
                return FollowDname(zone, zoneIndex, node, name, offsets, ref writer);
            case LookupOutcome.NxDomain:
                WriteNegative(zone, offsets, ref writer);
                return new WalkStep(Rcode.NXDomain, AnswerKind.NxDomain);
        }
        ref readonly ZoneNode found = ref zone.Nodes[node];
        if ((found.Flags & ZoneNodeFlags.HasCname) != 0 && !IsOfTheAliasItself(_type))
        {
            return FollowCname(zone, in found, offsets, ref writer, ref trace);
        }
        // RFC 8482 §4.1: one RRset is an answer to ANY.
        int rrset = _type == RecordType.ANY && found.RRsetCount > 0 ? found.FirstRRset : zone.FindRRset(in found, _type);
        if (rrset < 0)
        {
            WriteNegative(zone, offsets, ref writer);
            return new WalkStep(Rcode.NoError, AnswerKind.NoData);
        }
        return WriteRRset(zone, zoneIndex, rrset, offsets, ref writer, ref trace);
    }

    // RFC 4035 §2.5: the records of DNSSEC stand beside a CNAME and are about it, not about its target.
    private static bool IsOfTheAliasItself(RecordType type) =>
        type is RecordType.CNAME or RecordType.ANY or RecordType.NSEC or RecordType.RRSIG;

    private WalkStep WriteRRset<TTrace>(
        CompiledZone zone, int zoneIndex, int rrset, NameOffsets offsets, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        ref readonly RRsetEntry entry = ref zone.RRsets[rrset];
        if (entry.SteeredIndex != RRsetEntry.None)
        {
            SteeredRRset steered = zone.Steered[entry.SteeredIndex];
            if (steered.Alias is not null)
            {
                SteeredResult alias = AliasAnswerWriter.Write(
                    _state, zoneIndex, entry.SteeredIndex, in _query, offsets.Owner, ref writer, ref trace);
                ExtendedError = alias.ExtendedError == ExtendedErrorCode.None ? ExtendedError : alias.ExtendedError;
                return FinishSteered(alias, zone, offsets, ref writer);
            }
            return FinishSteered(WriteSteered(steered, offsets.Owner, ref writer, ref trace), zone, offsets, ref writer);
        }
        int first = 0;
        if (entry.RotationSlot != RRsetEntry.None)
        {
            uint counter = _rotation[_state.Snapshot.FirstRotationSlot[zoneIndex] + entry.RotationSlot]++;
            first = (int)(counter % entry.RecordCount);
            if (TTrace.IsEnabled)
            {
                trace.OnRotation(entry.Type, counter, entry.RecordCount);
            }
        }
        int position = writer.Position;
        if (!writer.TryWriteRRset(zone, in entry, MessageSection.Answer, offsets, first))
        {
            Flags |= AnswerFlags.Truncated;
        }
        else if (entry.AdditionalCount > 0 && (entry.Type == RecordType.NS || !_state.Snapshot.Answering.IsMinimal))
        {
            WriteAdditional(zone, in entry, position, first, offsets, ref writer);
        }
        return new WalkStep(Rcode.NoError, AnswerKind.Positive);
    }

    private WalkStep FollowCname<TTrace>(
        CompiledZone zone, in ZoneNode node, NameOffsets offsets, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        int rrset = zone.FindRRset(in node, RecordType.CNAME);
        ref readonly RRsetEntry entry = ref zone.RRsets[rrset];
        int position = writer.Position;
        if (entry.SteeredIndex != RRsetEntry.None)
        {
            SteeredResult steered = WriteSteered(zone.Steered[entry.SteeredIndex], offsets.Owner, ref writer, ref trace);
            return steered.Outcome == SteeredWriteOutcome.Written
                ? new WalkStep(Rcode.NoError, AnswerKind.CnameChain) { Next = steered.Target, NextOffset = position + RRsetEncoder.RecordHeaderLength }
                : FinishSteered(steered, zone, offsets, ref writer);
        }
        if (!writer.TryWriteRRset(zone, in entry, MessageSection.Answer, offsets))
        {
            Flags |= AnswerFlags.Truncated;
            return new WalkStep(Rcode.NoError, AnswerKind.CnameChain);
        }
        return new WalkStep(Rcode.NoError, AnswerKind.CnameChain)
        {
            Next = zone.Octets.AsSpan(entry.TargetOffset, entry.TargetLength),
            NextOffset = position + RRsetEncoder.RecordHeaderLength,
        };
    }

    /// <summary>
    /// RFC 6672 §3.2 step 3c: the DNAME, and the CNAME that follows from it for this name. The CNAME has the TTL of the
    /// DNAME (§3.1), so that caches which do not know DNAME keep both equally long.
    /// </summary>
    private WalkStep FollowDname(
        CompiledZone zone, int zoneIndex, int node, ReadOnlySpan<byte> name, NameOffsets offsets, ref ResponseWriter writer)
    {
        ref readonly ZoneNode owner = ref zone.Nodes[node];
        ref readonly RRsetEntry entry = ref zone.RRsets[zone.FindRRset(in owner, RecordType.DNAME)];
        int prefixLength = name.Length - owner.NameLength;
        if (!TryPlaceDname(zone, zoneIndex, node, prefixLength, offsets, ref writer, out int targetOffset))
        {
            Flags |= AnswerFlags.Truncated;
            return new WalkStep(Rcode.NoError, AnswerKind.CnameChain);
        }
        if (prefixLength + entry.TargetLength > DomainName.MaxLength)
        {
            // RFC 6672 §2.2: the name that should come out of it cannot exist.
            return new WalkStep(Rcode.YXDomain, AnswerKind.Error);
        }
        Span<byte> target = _scratch.Target.AsSpan(0, prefixLength + entry.TargetLength);
        name[..prefixLength].CopyTo(target);
        zone.Octets.AsSpan(entry.TargetOffset, entry.TargetLength).CopyTo(target[prefixLength..]);
        int position = writer.Position;
        if (!writer.TryWriteAlias(entry.TtlSeconds, offsets.Owner, name[..prefixLength], targetOffset))
        {
            Flags |= AnswerFlags.Truncated;
            return new WalkStep(Rcode.NoError, AnswerKind.CnameChain);
        }
        return _type == RecordType.CNAME
            ? new WalkStep(Rcode.NoError, AnswerKind.Positive)
            : new WalkStep(Rcode.NoError, AnswerKind.CnameChain) { Next = target, NextOffset = position + RRsetEncoder.RecordHeaderLength };
    }

    /// <summary>Writes a DNAME unless an earlier link of the chain has put it into the message already.</summary>
    /// <param name="zone">Its zone.</param>
    /// <param name="zoneIndex">The zone's number.</param>
    /// <param name="node">Its owner.</param>
    /// <param name="prefixLength">Octets of the name asked in front of the owner's.</param>
    /// <param name="offsets">Where names stand.</param>
    /// <param name="writer">Receives the record.</param>
    /// <param name="targetOffset">Where its target stands, in full: names in DNAME records are not compressed (RFC 6672 §2.5).</param>
    private bool TryPlaceDname(
        CompiledZone zone, int zoneIndex, int node, int prefixLength, NameOffsets offsets, ref ResponseWriter writer, out int targetOffset)
    {
        Span<RedirectPlace> places = _scratch.Redirects;
        for (int i = 0; i < _redirectCount; i++)
        {
            if (places[i].ZoneIndex == zoneIndex && places[i].Node == node)
            {
                targetOffset = places[i].TargetOffset;
                return true;
            }
        }
        ref readonly RRsetEntry entry = ref zone.RRsets[zone.FindRRset(in zone.Nodes[node], RecordType.DNAME)];
        int position = writer.Position;
        targetOffset = position + RRsetEncoder.RecordHeaderLength;
        NameOffsets ownerOffsets = offsets with { Owner = writer.OffsetOfSuffix(offsets.Owner, prefixLength) };
        if (!writer.TryWriteRRset(zone, in entry, MessageSection.Answer, ownerOffsets))
        {
            return false;
        }
        places[_redirectCount++] = new RedirectPlace(zoneIndex, node, targetOffset);
        return true;
    }

    private SteeredResult WriteSteered<TTrace>(SteeredRRset steered, int ownerOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        SteeredResult result = SteeredAnswerWriter.Write(_state, steered, in _query, ownerOffset, _scratch, ref writer, ref trace);
        Flags |= AnswerFlags.Steered;
        ScopePrefixLength = Math.Max(ScopePrefixLength, result.ScopePrefixLength);
        Flags |= result.Status == SteeringStatus.FailOpen ? AnswerFlags.FailOpen : AnswerFlags.None;
        if (result.ExtendedError != ExtendedErrorCode.None)
        {
            ExtendedError = result.ExtendedError;
        }
        return result;
    }

    private WalkStep FinishSteered(SteeredResult result, CompiledZone zone, NameOffsets offsets, ref ResponseWriter writer)
    {
        if (result.Status is SteeringStatus.ServFail or SteeringStatus.NotReady)
        {
            return new WalkStep(Rcode.ServFail, AnswerKind.Error);
        }
        if (result.Outcome == SteeredWriteOutcome.NoRecords)
        {
            WriteNegative(zone, offsets, ref writer);
            return new WalkStep(Rcode.NoError, AnswerKind.NoData);
        }
        Flags |= result.Outcome == SteeredWriteOutcome.NoRoom ? AnswerFlags.Truncated : AnswerFlags.None;
        return new WalkStep(Rcode.NoError, AnswerKind.Positive);
    }

    private void WriteNegative(CompiledZone zone, NameOffsets offsets, ref ResponseWriter writer)
    {
        // RFC 2308 §2: the SOA in the authority section carries the negative TTL.
        NameOffsets apex = offsets with { Owner = offsets.Apex };
        if (!writer.TryWriteRRset(zone, in zone.RRsets[zone.NegativeSoaRRset], MessageSection.Authority, apex))
        {
            Flags |= AnswerFlags.Truncated;
        }
    }

    private void WriteReferral(CompiledZone zone, in ZoneNode cut, ReadOnlySpan<byte> name, NameOffsets offsets, ref ResponseWriter writer)
    {
        ref readonly RRsetEntry entry = ref zone.RRsets[zone.FindRRset(in cut, RecordType.NS)];
        NameOffsets cutOffsets = offsets with { Owner = writer.OffsetOfSuffix(offsets.Owner, name.Length - cut.NameLength) };
        int position = writer.Position;
        if (!writer.TryWriteRRset(zone, in entry, MessageSection.Authority, cutOffsets))
        {
            Flags |= AnswerFlags.Truncated;
            return;
        }
        WriteAdditional(zone, in entry, position, 0, cutOffsets, ref writer);
    }

    /// <summary>Writes what goes along with records that name hosts, as much as fits.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="named">The RRset that names the hosts.</param>
    /// <param name="position">Where it stands in the message.</param>
    /// <param name="first">Which of its records was written first.</param>
    /// <param name="offsets">Where names stand.</param>
    /// <param name="writer">Receives the records.</param>
    private void WriteAdditional(
        CompiledZone zone, in RRsetEntry named, int position, int first, NameOffsets offsets, ref ResponseWriter writer)
    {
        int split = first == 0 ? 0 : ResponseWriter.OffsetOfRecord(zone.Octets.AsSpan(named.WireOffset, named.WireLength), first);
        for (int i = named.AdditionalStart; i < named.AdditionalStart + named.AdditionalCount; i++)
        {
            AdditionalEntry entry = zone.Additional[i];
            // Records in front of the first one were written behind the others.
            int target = entry.NameOffset - split + (entry.NameOffset < split ? named.WireLength : 0);
            NameOffsets host = offsets with { Owner = writer.OffsetOfSuffix(position + target, 0) };
            if (!writer.TryWriteRRset(zone, in zone.RRsets[entry.RRset], MessageSection.Additional, host) && entry.IsRequired)
            {
                // RFC 9471 §3.1: in-domain glue that does not fit is a truncation; what else goes along may be left out
                // (§3.2, RFC 2181 §9).
                Flags |= AnswerFlags.Truncated;
            }
        }
    }
}
