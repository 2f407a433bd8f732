using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>What one name of a chain came to.</summary>
/// <param name="rcode">The response code so far; the last name of a chain decides (RFC 6604 §3).</param>
/// <param name="kind">What kind of answer it is.</param>
internal readonly ref struct WalkStep(Rcode rcode, AnswerKind kind)
{
    public Rcode Rcode { get; } = rcode;

    public AnswerKind Kind { get; } = kind;

    /// <summary>The target of a CNAME to go on with, in lower case; empty at the end of the chain.</summary>
    public ReadOnlySpan<byte> Next { get; init; }

    /// <summary>Where the target's name stands in the message.</summary>
    public int NextOffset { get; init; }
}

/// <summary>Answers a question name by name through the zones (RFC 1034 §4.3.2). Lives on the stack.</summary>
internal ref struct AnswerWalk
{
    private readonly DataPlaneState _state;
    private readonly AnswerScratch _scratch;
    private readonly uint[] _rotation;
    private readonly RecordType _type;
    private readonly SteeringQuery _query;

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
    /// <param name="labels">Where its labels begin.</param>
    /// <param name="ownerOffset">Where the name stands in the message.</param>
    /// <param name="apexOffset">Where the zone's apex stands in the message.</param>
    /// <param name="writer">Receives the records.</param>
    /// <param name="trace">Hears the steps.</param>
    public WalkStep AnswerFrom<TTrace>(
        int zoneIndex,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> labels,
        int ownerOffset,
        int apexOffset,
        ref ResponseWriter writer,
        ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        CompiledZone zone = _state.Snapshot.Zones.Zones[zoneIndex];
        LookupOutcome outcome = NameLookup.Find(zone, name, labels, _type, out int node);
        if (TTrace.IsEnabled)
        {
            trace.OnLookup(zone, name, outcome, node);
        }
        switch (outcome)
        {
            case LookupOutcome.Referral:
                // The cut's name is a suffix of this one, which stands in full at least up to the apex.
                WriteReferral(zone, node, ownerOffset + name.Length - zone.Nodes[node].NameLength, apexOffset, ref writer);
                return new WalkStep(Rcode.NoError, AnswerKind.Referral);
            case LookupOutcome.NxDomain:
                IsAuthoritative |= writer.AnswerCount == 0;
                WriteNegative(zone, apexOffset, ref writer);
                return new WalkStep(Rcode.NXDomain, AnswerKind.NxDomain);
        }
        IsAuthoritative |= writer.AnswerCount == 0;
        ref readonly ZoneNode found = ref zone.Nodes[node];
        if ((found.Flags & ZoneNodeFlags.HasCname) != 0 && _type is not (RecordType.CNAME or RecordType.ANY))
        {
            return FollowCname(zone, zoneIndex, in found, ownerOffset, apexOffset, ref writer, ref trace);
        }
        // RFC 8482 §4.1: one RRset is an answer to ANY.
        int rrset = _type == RecordType.ANY && found.RRsetCount > 0 ? found.FirstRRset : zone.FindRRset(in found, _type);
        if (rrset < 0)
        {
            WriteNegative(zone, apexOffset, ref writer);
            return new WalkStep(Rcode.NoError, AnswerKind.NoData);
        }
        return WriteRRset(zone, zoneIndex, rrset, ownerOffset, apexOffset, ref writer, ref trace);
    }

    private WalkStep WriteRRset<TTrace>(
        CompiledZone zone, int zoneIndex, int rrset, int ownerOffset, int apexOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        ref readonly RRsetEntry entry = ref zone.RRsets[rrset];
        if (entry.SteeredIndex != RRsetEntry.None)
        {
            SteeredRRset steered = zone.Steered[entry.SteeredIndex];
            return FinishSteered(WriteSteered(steered, ownerOffset, ref writer, ref trace), zone, apexOffset, ref writer);
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
        if (!writer.TryWriteRRset(zone, in entry, MessageSection.Answer, ownerOffset, apexOffset, first))
        {
            Flags |= AnswerFlags.Truncated;
        }
        return new WalkStep(Rcode.NoError, AnswerKind.Positive);
    }

    private WalkStep FollowCname<TTrace>(
        CompiledZone zone, int zoneIndex, in ZoneNode node, int ownerOffset, int apexOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        int rrset = zone.FindRRset(in node, RecordType.CNAME);
        ref readonly RRsetEntry entry = ref zone.RRsets[rrset];
        int position = writer.Position;
        if (entry.SteeredIndex != RRsetEntry.None)
        {
            SteeredResult steered = WriteSteered(zone.Steered[entry.SteeredIndex], ownerOffset, ref writer, ref trace);
            return steered.Outcome == SteeredWriteOutcome.Written
                ? new WalkStep(Rcode.NoError, AnswerKind.CnameChain) { Next = steered.Target, NextOffset = writer.RdataOffset(position, 0) }
                : FinishSteered(steered, zone, apexOffset, ref writer);
        }
        if (!writer.TryWriteRRset(zone, in entry, MessageSection.Answer, ownerOffset, apexOffset))
        {
            Flags |= AnswerFlags.Truncated;
            return new WalkStep(Rcode.NoError, AnswerKind.CnameChain);
        }
        return new WalkStep(Rcode.NoError, AnswerKind.CnameChain)
        {
            Next = zone.Octets.AsSpan(entry.TargetOffset, entry.TargetLength),
            NextOffset = writer.RdataOffset(position, 0),
        };
    }

    private SteeredResult WriteSteered<TTrace>(SteeredRRset steered, int ownerOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        SteeredResult result = SteeredAnswerWriter.Write(_state, steered, in _query, ownerOffset, _scratch, ref writer, ref trace);
        Flags |= AnswerFlags.Steered;
        ScopePrefixLength = Math.Max(ScopePrefixLength, result.ScopePrefixLength);
        switch (result.Status)
        {
            case SteeringStatus.FailOpen:
                Flags |= AnswerFlags.FailOpen;
                break;
            case SteeringStatus.LastGood:
                ExtendedError = ExtendedErrorCode.StaleAnswer;
                break;
            case SteeringStatus.NotReady:
                ExtendedError = ExtendedErrorCode.NotReady;
                break;
            case SteeringStatus.ServFail:
                ExtendedError = ExtendedErrorCode.NoReachableAuthority;
                break;
        }
        return result;
    }

    private WalkStep FinishSteered(SteeredResult result, CompiledZone zone, int apexOffset, ref ResponseWriter writer)
    {
        if (result.Status is SteeringStatus.ServFail or SteeringStatus.NotReady)
        {
            return new WalkStep(Rcode.ServFail, AnswerKind.Error);
        }
        if (result.Outcome == SteeredWriteOutcome.NoRecords)
        {
            WriteNegative(zone, apexOffset, ref writer);
            return new WalkStep(Rcode.NoError, AnswerKind.NoData);
        }
        Flags |= result.Outcome == SteeredWriteOutcome.NoRoom ? AnswerFlags.Truncated : AnswerFlags.None;
        return new WalkStep(Rcode.NoError, AnswerKind.Positive);
    }

    private void WriteNegative(CompiledZone zone, int apexOffset, ref ResponseWriter writer)
    {
        // RFC 2308 §2: the SOA in the authority section carries the negative TTL.
        if (!writer.TryWriteRRset(zone, in zone.RRsets[zone.NegativeSoaRRset], MessageSection.Authority, apexOffset, apexOffset))
        {
            Flags |= AnswerFlags.Truncated;
        }
    }

    private void WriteReferral(CompiledZone zone, int cut, int cutOffset, int apexOffset, ref ResponseWriter writer)
    {
        int rrset = zone.FindRRset(in zone.Nodes[cut], RecordType.NS);
        ref readonly RRsetEntry entry = ref zone.RRsets[rrset];
        int position = writer.Position;
        if (!writer.TryWriteRRset(zone, in entry, MessageSection.Authority, cutOffset, apexOffset))
        {
            Flags |= AnswerFlags.Truncated;
            return;
        }
        for (int i = entry.GlueStart; i < entry.GlueStart + entry.GlueCount; i++)
        {
            GlueEntry glue = zone.Glue[i];
            bool fits = writer.TryWriteRRset(
                zone, in zone.RRsets[glue.RRset], MessageSection.Additional, writer.RdataOffset(position, glue.NsRecord), apexOffset);
            if (!fits && glue.IsRequired)
            {
                // RFC 9471 §3.1: in-domain glue that does not fit is a truncation.
                Flags |= AnswerFlags.Truncated;
            }
        }
    }
}
