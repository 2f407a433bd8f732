using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>
/// The one seam: every transport, explain, the simulator and the benchmarks answer through it. One per thread: it owns
/// that thread's scratch memory and rotation counters. Allocates nothing per query and never throws for bad input.
/// </summary>
public sealed class QueryAnswerer
{
    // Without EDNS a UDP response has at most 512 octets (RFC 1035 §2.3.4), and EDNS cannot ask for less (RFC 6891 §6.2.5).
    private const int MinUdpPayloadSize = 512;

    private readonly DataPlane _dataPlane;
    private readonly AnswerLimits _limits;
    private readonly AnswerScratch _scratch = new();
    private DataPlaneSnapshot? _rotationOwner;
    private uint[] _rotation = [];

    public QueryAnswerer(DataPlane dataPlane, AnswerLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.UdpPayloadSize, MinUdpPayloadSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.CnameChainLength, 1);
        _dataPlane = dataPlane;
        _limits = limits;
    }

    /// <summary>Answers one query.</summary>
    /// <param name="query">The message as it came.</param>
    /// <param name="client">Who asked, how, and when.</param>
    /// <param name="response">
    /// Receives the answer; its length bounds it. May be the memory of <paramref name="query"/> beginning at the same
    /// octet (answering in place), but not overlap it otherwise.
    /// </param>
    public AnswerResult Answer(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response)
    {
        NoTrace trace = default;
        return Answer(query, in client, response, ref trace);
    }

    /// <summary>Answers one query while a trace listens.</summary>
    internal AnswerResult Answer<TTrace>(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        QueryParseStatus parsed = QueryView.TryParse(query, out QueryView view);
        if (parsed.IsDrop())
        {
            return Drop(parsed == QueryParseStatus.IsResponse ? DropReason.IsResponse : DropReason.TooShort);
        }
        ResponseFrame frame = new(in view, client.Transport, _limits.UdpPayloadSize, response.Length);
        if (!frame.HasRoom)
        {
            return Drop(DropReason.NoRoom);
        }
        CopyQuestion(query, response, frame.QuestionEnd);
        if (parsed != QueryParseStatus.Ok)
        {
            return frame.Finish(response, parsed.ToRcode(), AnswerKind.Error);
        }
        Rcode refusal = RefusalOf(in view);
        if (refusal != Rcode.NoError)
        {
            return frame.Finish(response, refusal, refusal == Rcode.Refused ? AnswerKind.Refused : AnswerKind.Error);
        }
        if (_dataPlane.State is not { } state)
        {
            frame.ExtendedError = ExtendedErrorCode.NotReady;
            return frame.Finish(response, Rcode.ServFail, AnswerKind.Error);
        }
        FitRotation(state.Snapshot);
        return Resolve(in view, in client, state, ref frame, response, ref trace);
    }

    /// <summary>Sets all rotation counters, so that explain can replay a rotated answer.</summary>
    internal void SetRotation(uint counter)
    {
        if (_dataPlane.State is { } state)
        {
            FitRotation(state.Snapshot);
            Array.Fill(_rotation, counter);
        }
    }

    private static AnswerResult Drop(DropReason reason) =>
        new(AnswerDisposition.Drop, reason, AnswerKind.None, AnswerFlags.None, 0, Rcode.NoError);

    private static void CopyQuestion(ReadOnlySpan<byte> query, Span<byte> response, int length)
    {
        // When answering in place the header and the question are there already.
        if (!Unsafe.AreSame(ref MemoryMarshal.GetReference(query), ref MemoryMarshal.GetReference(response)))
        {
            query[..length].CopyTo(response);
        }
    }

    /// <summary>What is well-formed and yet not answered; NoError for all the rest.</summary>
    private static Rcode RefusalOf(in QueryView view)
    {
        if (view.Edns.Version != 0)
        {
            return Rcode.BadVers;
        }
        if (view.Opcode != Opcode.Query)
        {
            // Dynamic update and NOTIFY have no receiver in this version.
            return Rcode.NotImp;
        }
        if (view.QClass != RecordClass.IN)
        {
            return Rcode.Refused;
        }
        return view.QType switch
        {
            // Zone transfer is allowed to nobody in this version.
            RecordType.AXFR or RecordType.IXFR => Rcode.Refused,
            RecordType.MAILA or RecordType.MAILB => Rcode.NotImp,
            // OPT, TSIG and TKEY are not questions (RFC 6891 §6.1.1, RFC 8945 §4.2).
            RecordType.OPT or RecordType.TSIG or RecordType.TKEY => Rcode.FormErr,
            _ => Rcode.NoError,
        };
    }

    private void FitRotation(DataPlaneSnapshot snapshot)
    {
        // Once per snapshot and thread, not per query.
        if (!ReferenceEquals(_rotationOwner, snapshot))
        {
            _rotationOwner = snapshot;
            if (_rotation.Length < snapshot.RotationSlotCount)
            {
                _rotation = new uint[snapshot.RotationSlotCount];
            }
        }
    }

    private AnswerResult Resolve<TTrace>(
        in QueryView view, in ClientInfo client, DataPlaneState state, ref ResponseFrame frame, Span<byte> response, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        ReadOnlySpan<byte> name = _scratch.Name.AsSpan(0, view.QNameLength);
        WireNames.ToLower(view.QName, _scratch.Name);
        ulong questionHash = NameHash.Compute(name);
        AnswerWalk walk = new(state, _scratch, _rotation, view.QType, QueryOf(in view, in client, state.Snapshot, questionHash));
        ResponseWriter writer = new(response, frame.QuestionEnd, frame.RecordLimit);
        int nameOffset = ResponseWriter.QNameOffset;
        int apexOffset = 0;
        CompiledZone? previousZone = null;
        for (int link = 0; ; link++)
        {
            int labelCount = WireNames.LabelOffsets(name, _scratch.LabelOffsets);
            ReadOnlySpan<byte> labels = _scratch.LabelOffsets.AsSpan(0, labelCount);
            // RFC 4035 §3.1.4.1: DS is on the parent's side of a cut.
            bool wantsParent = view.QType == RecordType.DS && link == 0;
            int zoneIndex = wantsParent ? state.Snapshot.Zones.FindZone(name, labels, skipExact: true) : -1;
            zoneIndex = zoneIndex >= 0 ? zoneIndex : state.Snapshot.Zones.FindZone(name, labels, skipExact: false);
            if (zoneIndex < 0)
            {
                return link == 0
                    ? frame.Refuse(response)
                    : frame.Finish(response, in writer, in walk, Rcode.NoError, AnswerKind.CnameChain);
            }
            CompiledZone zone = state.Snapshot.Zones.Zones[zoneIndex];
            if (!ReferenceEquals(zone, previousZone))
            {
                // Another zone's apex stands in full where the name was written; the same zone's is where it was.
                apexOffset = nameOffset + name.Length - zone.Apex.Wire.Length;
                previousZone = zone;
            }
            int ownerOffset = name.Length == zone.Apex.Wire.Length ? apexOffset : nameOffset;
            WalkStep step = walk.AnswerFrom(zoneIndex, name, labels, ownerOffset, apexOffset, ref writer, ref trace);
            if (step.Next.IsEmpty || link == _limits.CnameChainLength - 1)
            {
                return frame.Finish(response, in writer, in walk, step.Rcode, link > 0 && step.Kind == AnswerKind.Positive ? AnswerKind.CnameChain : step.Kind);
            }
            step.Next.CopyTo(_scratch.Name);
            name = _scratch.Name.AsSpan(0, step.Next.Length);
            nameOffset = step.NextOffset;
        }
    }

    private static SteeringQuery QueryOf(in QueryView view, in ClientInfo client, DataPlaneSnapshot snapshot, ulong nameHash)
    {
        ulong draw = DrawHash.OfQuery(snapshot.DrawKey, in client, view.Id, nameHash);
        ClientNetwork network = new(client.Address, client.Address.IsIPv4 ? 32 : 128, false);
        if (view.Edns.HasClientSubnet)
        {
            ClientSubnet subnet = view.Edns.ClientSubnet;
            // RFC 7871 §7.1.2: a source prefix of 0 asks that the client's address not be used; the resolver's is.
            if (subnet.SourcePrefixLength > 0)
            {
                ClientAddress address = subnet.IsIPv4
                    ? ClientAddress.FromIPv4(subnet.IPv4)
                    : new ClientAddress(subnet.AddressHigh, subnet.AddressLow);
                network = new ClientNetwork(address, subnet.SourcePrefixLength, true);
            }
        }
        return new SteeringQuery(network, draw, nameHash, client.UnixSeconds);
    }
}
