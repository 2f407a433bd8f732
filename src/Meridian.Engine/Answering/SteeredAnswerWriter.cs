using System.Buffers.Binary;
using Meridian.Dns.Records;
using Meridian.Engine.Assigning;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>Turns a policy's decision into records.</summary>
internal static class SteeredAnswerWriter
{
    // Each use of the query's draw gets a salt of its own, so that they are independent of one another.
    private const ulong VariantSalt = 0xA0761D6478BD642F;
    private const ulong OrderSalt = 0xE7037ED1A0B428DB;
    private const ulong JitterSalt = 0x8EBC6AF09C88C6E3;

    /// <summary>Decides and writes the answer.</summary>
    /// <param name="state">Snapshot and health.</param>
    /// <param name="rrset">What is steered.</param>
    /// <param name="query">Where the client is and what it drew.</param>
    /// <param name="ownerOffset">Where the owner's name stands in the message.</param>
    /// <param name="scratch">This thread's memory.</param>
    /// <param name="writer">Receives the records.</param>
    /// <param name="trace">Hears the steps.</param>
    public static SteeredResult Write<TTrace>(
        DataPlaneState state,
        SteeredRRset rrset,
        in SteeringQuery query,
        int ownerOffset,
        AnswerScratch scratch,
        ref ResponseWriter writer,
        ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        CompiledPolicy policy = state.Snapshot.Steering.Policies[rrset.PolicyIndex];
        int scope = 0;
        int classNumber = policy.Map?.Find(query.Network.Address, out scope) ?? 0;
        ulong networkHash = 0;
        if (policy.IsStickyClass[classNumber])
        {
            // Bits that the client did not tell are zero, so a shorter source prefix is one network of this length too.
            networkHash = NetworkKey.Of(query.Network.Address);
            scope = Math.Max(scope, NetworkKey.LengthOf(query.Network.Address));
        }
        if (TTrace.IsEnabled)
        {
            trace.OnPolicy(policy, rrset.Type, query.Network, classNumber, scope);
        }
        PolicyEvaluation<TTrace> evaluation = new(
            state, policy, rrset.Type, in query, networkHash, scratch.Pools, ref trace);
        int root = policy.RootOfClass[classNumber];
        if (TTrace.IsEnabled && policy.Partition is { } partition)
        {
            // The same tree under the names that the client's own place and networks have in the configuration.
            root = policy.RootOfCell[partition.Find(query.Network.Address, out _)];
        }
        SteeringStatus status = evaluation.Decide(root, state.IsWarmingUp);
        if (TTrace.IsEnabled)
        {
            trace.OnDecided(status);
        }
        SteeredResult result = new(status, SteeredWriteOutcome.NoRecords, scope, null, ErrorOf(status, evaluation.HasSeenPool, policy));
        if (status >= SteeringStatus.NoData)
        {
            return result;
        }
        Choice choice = new(state, scratch, query.Draw, evaluation.Mode, evaluation.PoolCount, evaluation.MultivalueNode);
        if (RecordSetAnswers.Are(in choice))
        {
            // The TTL of a record set is what it is written as, as Route 53 answers it.
            uint own = RecordSetAnswers.TtlOf(in choice);
            if (TTrace.IsEnabled)
            {
                trace.OnTtl(own, 0, own);
            }
            return RecordSetAnswers.Write(result, rrset.Type, in choice, own, ownerOffset, ref writer, ref trace);
        }
        uint ttl = TtlOf(policy, rrset.TtlSeconds, evaluation.HorizonSeconds, query.Draw);
        if (TTrace.IsEnabled)
        {
            trace.OnTtl(rrset.TtlSeconds, evaluation.HorizonSeconds, ttl);
        }
        return rrset.Type switch
        {
            RecordType.CNAME => WriteCname(result, in choice, ttl, ownerOffset, ref writer, ref trace),
            RecordType.TXT => WriteDecision(result, policy, in choice, ownerOffset, ref writer),
            RecordType.A or RecordType.AAAA => WriteAddresses(
                result, rrset.Type, in choice, ttl, query.UnixSeconds, ownerOffset, ref writer, ref trace),
            _ => WriteService(result, rrset, in choice, ttl, ownerOffset, ref writer, ref trace),
        };
    }

    /// <summary>RFC 8914 §4: what is worth telling about a decision; NOERROR answers may carry it too (§1).</summary>
    private static ExtendedErrorCode ErrorOf(SteeringStatus status, bool hasSeenPool, CompiledPolicy policy) => status switch
    {
        SteeringStatus.LastGood => ExtendedErrorCode.StaleAnswer,
        SteeringStatus.NotReady => ExtendedErrorCode.NotReady,
        SteeringStatus.ServFail => ExtendedErrorCode.NoReachableAuthority,
        // The tree has no branch for this client: the policy keeps the answer from it.
        SteeringStatus.NoData when !hasSeenPool => ExtendedErrorCode.Filtered,
        SteeringStatus.NoData when policy.Model.WhenAllDown == WhenAllDown.NoData => ExtendedErrorCode.NoReachableAuthority,
        _ => ExtendedErrorCode.None,
    };

    /// <summary>Lowered to the time in which the answer could change, not below the policy's minimum; then jittered downward.</summary>
    private static uint TtlOf(CompiledPolicy policy, uint configured, uint horizon, ulong draw)
    {
        uint ttl = horizon == 0 ? configured : Math.Min(configured, Math.Max(horizon, policy.Model.MinTtlSeconds));
        if (policy.Model.TtlJitter > 0)
        {
            double share = policy.Model.TtlJitter * (1 - DrawHash.Fraction(DrawHash.Mix(draw, JitterSalt)));
            ttl -= (uint)(ttl * share);
        }
        return ttl;
    }

    private static SteeredResult WriteAddresses<TTrace>(
        SteeredResult result,
        RecordType type,
        in Choice choice,
        uint ttl,
        long unixSeconds,
        int ownerOffset,
        ref ResponseWriter writer,
        ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        int recordLength = type == RecordType.A ? AnswerSet.ARecordLength : AnswerSet.AaaaRecordLength;
        ReadOnlySpan<byte> records;
        ReadOnlySpan<int> members;
        bool hasHostnames = true;
        if (choice.MultivalueNode < 0)
        {
            AnswerVariants variants = choice.Answers(0).OfType(type);
            if (variants.IsEmpty)
            {
                return result;
            }
            AnswerVariant variant = variants.Draw(DrawHash.Mix(choice.Draw, VariantSalt));
            records = variant.Octets;
            members = variant.Members;
            hasHostnames = variant.HasHostnames;
        }
        else
        {
            int count = MultivalueSelection.Select(in choice, type, choice.Scratch.Members);
            members = choice.Scratch.Members.AsSpan(0, count);
            records = EncodeAddresses(in choice, members, type, choice.Scratch.Records);
            if (count == 0)
            {
                return result;
            }
        }
        if (TTrace.IsEnabled)
        {
            trace.OnMembers(type, members);
        }
        if (hasHostnames)
        {
            ttl = MemberAddresses.LowerTtl(in choice, members, type, ttl, unixSeconds, ref result);
        }
        // Clients tend to take the first address: each is first as often as another.
        int recordCount = records.Length / recordLength;
        int first = recordCount == 1 ? 0 : (int)DrawHash.Below(DrawHash.Mix(choice.Draw, OrderSalt), (uint)recordCount);
        return writer.TryWriteRecords(records, recordLength, first, ttl, ownerOffset)
            ? result with { Outcome = SteeredWriteOutcome.Written }
            : result with { Outcome = SteeredWriteOutcome.NoRoom };
    }

    private static ReadOnlySpan<byte> EncodeAddresses(
        scoped in Choice choice, ReadOnlySpan<int> members, RecordType type, Span<byte> buffer)
    {
        int position = 0;
        int length = type == RecordType.A ? 4 : 16;
        foreach (int member in members)
        {
            Span<byte> record = buffer[position..];
            BinaryPrimitives.WriteUInt16BigEndian(record, RRsetEncoder.QNamePointer);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], (ushort)RecordClass.IN);
            BinaryPrimitives.WriteUInt16BigEndian(record[RRsetEncoder.RdataLengthOffset..], (ushort)length);
            position += RRsetEncoder.RecordHeaderLength + WriteAddress(MemberAddresses.Of(in choice, member, type), record[RRsetEncoder.RecordHeaderLength..]);
        }
        return buffer[..position];
    }

    private static int WriteAddress(ClientAddress address, Span<byte> buffer)
    {
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer, address.IPv4);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(buffer, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(buffer[8..], address.Low);
        return 16;
    }

    private static SteeredResult WriteCname<TTrace>(
        SteeredResult result, in Choice choice, uint ttl, int ownerOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        AnswerVariant? variant = choice.DrawHostname(VariantSalt);
        if (variant is null)
        {
            return result;
        }
        if (TTrace.IsEnabled)
        {
            trace.OnMembers(RecordType.CNAME, variant.Members);
        }
        return writer.TryWriteRecord(RecordType.CNAME, ttl, ownerOffset, variant.Octets)
            ? result with { Outcome = SteeredWriteOutcome.Written, Target = variant.Octets }
            : result with { Outcome = SteeredWriteOutcome.NoRoom };
    }

    /// <summary>One TXT record that tells the decision itself: its policy, its pools, and an id to ask explain with.</summary>
    private static SteeredResult WriteDecision(
        SteeredResult result, CompiledPolicy policy, in Choice choice, int ownerOffset, ref ResponseWriter writer)
    {
        Span<byte> rdata = choice.Scratch.Records;
        int position = AppendText("policy="u8, policy.Model.Name, rdata, 0);
        for (int i = 0; i < choice.PoolCount; i++)
        {
            position = AppendText("pool="u8, choice.State.Snapshot.Steering.Pools[choice.Scratch.Pools[i]].Model.Name, rdata, position);
        }
        ReadOnlySpan<byte> id = choice.Scratch.DecisionText.AsSpan(
            AnswerScratch.DecisionTextPrefix.Length, choice.Scratch.DecisionTextLength - AnswerScratch.DecisionTextPrefix.Length);
        rdata[position] = (byte)("id="u8.Length + id.Length);
        "id="u8.CopyTo(rdata[(position + 1)..]);
        id.CopyTo(rdata[(position + 1 + "id="u8.Length)..]);
        position += 1 + "id="u8.Length + id.Length;
        // TTL 0: it is about this query; nobody else should be told of it.
        return writer.TryWriteRecord(RecordType.TXT, 0, ownerOffset, rdata[..position])
            ? result with { Outcome = SteeredWriteOutcome.Written }
            : result with { Outcome = SteeredWriteOutcome.NoRoom };
    }

    /// <summary>One character string (RFC 1035 §3.3): a key and a name, cut at 255 octets.</summary>
    private static int AppendText(ReadOnlySpan<byte> key, string name, Span<byte> rdata, int position)
    {
        Span<byte> text = rdata.Slice(position + 1, byte.MaxValue);
        key.CopyTo(text);
        System.Text.Unicode.Utf8.FromUtf16(name, text[key.Length..], out _, out int written);
        rdata[position] = (byte)(key.Length + written);
        return position + 1 + key.Length + written;
    }

    /// <summary>One HTTPS or SVCB record whose hints are the addresses of this decision (RFC 9460 §7.3).</summary>
    private static SteeredResult WriteService<TTrace>(
        SteeredResult result, SteeredRRset rrset, in Choice choice, uint ttl, int ownerOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        Span<byte> rdata = choice.Scratch.Records;
        BinaryPrimitives.WriteUInt16BigEndian(rdata, rrset.ServicePriority);
        int position = sizeof(ushort);
        AnswerVariant? hostname = choice.DrawHostname(VariantSalt);
        // TargetName "." is the owner itself (RFC 9460 §2.5.2), whose A and AAAA are steered by the same policy.
        ReadOnlySpan<byte> target = hostname is null ? "\0"u8 : hostname.Octets;
        target.CopyTo(rdata[position..]);
        position += target.Length;
        rrset.ServiceParameters.CopyTo(rdata[position..]);
        position += rrset.ServiceParameters.Length;
        if (hostname is null)
        {
            position = AppendHints(RecordType.A, ServiceParameters.IPv4HintKey, in choice, rdata, position, ref trace);
            position = AppendHints(RecordType.AAAA, ServiceParameters.IPv6HintKey, in choice, rdata, position, ref trace);
        }
        else if (TTrace.IsEnabled)
        {
            trace.OnMembers(rrset.Type, hostname.Members);
        }
        return writer.TryWriteRecord(rrset.Type, ttl, ownerOffset, rdata[..position])
            ? result with { Outcome = SteeredWriteOutcome.Written }
            : result with { Outcome = SteeredWriteOutcome.NoRoom };
    }

    private static int AppendHints<TTrace>(
        RecordType type, ushort key, in Choice choice, Span<byte> rdata, int position, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        ReadOnlySpan<int> members;
        if (choice.MultivalueNode < 0)
        {
            AnswerVariants variants = choice.Answers(0).OfType(type);
            members = variants.IsEmpty ? [] : variants.Draw(DrawHash.Mix(choice.Draw, VariantSalt)).Members;
        }
        else
        {
            members = choice.Scratch.Members.AsSpan(0, MultivalueSelection.Select(in choice, type, choice.Scratch.Members));
        }
        if (members.IsEmpty)
        {
            return position;
        }
        if (TTrace.IsEnabled)
        {
            trace.OnMembers(type, members);
        }
        BinaryPrimitives.WriteUInt16BigEndian(rdata[position..], key);
        int lengthPosition = position + sizeof(ushort);
        position += 2 * sizeof(ushort);
        foreach (int member in members)
        {
            position += WriteAddress(choice.State.Snapshot.Steering.Addresses[member], rdata[position..]);
        }
        BinaryPrimitives.WriteUInt16BigEndian(rdata[lengthPosition..], (ushort)(position - lengthPosition - sizeof(ushort)));
        return position;
    }
}
