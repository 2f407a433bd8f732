using System.Net.Sockets;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Steering;

/// <summary>What a pool answers with one set of members: variants for each type. Immutable.</summary>
internal sealed class AnswerSet
{
    /// <summary>Record header and four octets.</summary>
    public const int ARecordLength = RRsetEncoder.RecordHeaderLength + 4;

    /// <summary>Record header and sixteen octets.</summary>
    public const int AaaaRecordLength = RRsetEncoder.RecordHeaderLength + 16;

    public static AnswerSet Empty { get; } = new([], [], AnswerVariants.Empty, AnswerVariants.Empty, AnswerVariants.Empty);

    private AnswerSet(
        int[] members, byte[] reductions, AnswerVariants addresses4, AnswerVariants addresses6, AnswerVariants hostnames)
    {
        Members = members;
        Reductions = reductions;
        IPv4 = addresses4;
        IPv6 = addresses6;
        Hostnames = hostnames;
    }

    /// <summary>The slots of all members that can be answered.</summary>
    public int[] Members { get; }

    /// <summary>How much of its weight each of <see cref="Members"/> had lost, in percent; empty when none had.</summary>
    public byte[] Reductions { get; }

    public AnswerVariants IPv4 { get; }

    public AnswerVariants IPv6 { get; }

    /// <summary>One member each: a CNAME cannot have two targets.</summary>
    public AnswerVariants Hostnames { get; }

    public bool IsEmpty => Members.Length == 0;

    public AnswerVariants OfType(RecordType type) => type switch
    {
        RecordType.A => IPv4,
        RecordType.AAAA => IPv6,
        _ => Hostnames,
    };

    /// <summary>Builds the variants from the members that may be answered.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="members">Positions within the pool.</param>
    /// <param name="resolutions">The addresses behind hostnames.</param>
    /// <param name="reductions">By position within the pool, how much of its weight a member loses, in percent; null for nothing.</param>
    public static AnswerSet Build(CompiledPool pool, List<int> members, in MemberResolutions resolutions, byte[]? reductions = null)
    {
        if (members.Count == 0)
        {
            return Empty;
        }
        // Weight 0 is used only when nothing else is available.
        List<int> weighted = members.FindAll(member => pool.Model.Members[member].Weight > 0);
        List<int> used = weighted.Count > 0 ? weighted : members;
        return new AnswerSet(
            [.. used.Select(member => pool.FirstMember + member)],
            reductions is null ? [] : [.. used.Select(member => reductions[member])],
            BuildAddresses(pool, used, RecordType.A, in resolutions, reductions),
            BuildAddresses(pool, used, RecordType.AAAA, in resolutions, reductions),
            BuildVariants(
                pool, used.FindAll(member => pool.Model.Members[member].Hostname is not null), picked => EncodeHostname(pool, picked), reductions, pick: 1));
    }

    private static AnswerVariants BuildAddresses(
        CompiledPool pool, List<int> members, RecordType type, in MemberResolutions resolutions, byte[]? reductions)
    {
        MemberResolutions known = resolutions;
        AddressFamily family = type == RecordType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        List<int> ofFamily = members.FindAll(
            member => pool.Model.Members[member].Address is { } address ? address.AddressFamily == family : known.Find(member, type) is not null);
        return BuildVariants(pool, ofFamily, picked => EncodeAddresses(pool, picked, type, in known), reductions);
    }

    private static AnswerVariants BuildVariants(
        CompiledPool pool, List<int> members, Func<int[], byte[]> encode, byte[]? reductions, int? pick = null)
    {
        if (members.Count == 0)
        {
            return AnswerVariants.Empty;
        }
        double[] weights = [.. members.Select(member => WeightOf(pool, member, reductions))];
        List<SubsetSampler.Subset> subsets = SubsetSampler.Enumerate(weights, pick ?? pool.Model.Pick ?? members.Count);
        AnswerVariant[] variants = new AnswerVariant[subsets.Count];
        ulong[] upperBounds = new ulong[subsets.Count];
        for (int i = 0; i < variants.Length; i++)
        {
            int[] picked = [.. subsets[i].Items.Select(item => members[item])];
            variants[i] = new AnswerVariant(encode(picked), [.. picked.Select(member => pool.FirstMember + member)])
            {
                HasHostnames = Array.Exists(picked, member => pool.Model.Members[member].Hostname is not null),
            };
            upperBounds[i] = subsets[i].UpperBound >= 1 ? ulong.MaxValue : (ulong)(subsets[i].UpperBound * ulong.MaxValue);
        }
        return new AnswerVariants(variants, upperBounds);
    }

    private static double WeightOf(CompiledPool pool, int member, byte[]? reductions)
    {
        if (pool.Model.PickBy == PickBy.Even)
        {
            return 1;
        }
        return Math.Max(1, pool.Model.Members[member].Weight) * (100 - (reductions?[member] ?? 0)) / 100.0;
    }

    private static byte[] EncodeAddresses(CompiledPool pool, int[] members, RecordType type, in MemberResolutions resolutions)
    {
        OctetWriter records = new();
        foreach (int member in members)
        {
            if (resolutions.Find(member, type) is { } resolved)
            {
                // A hostname that is picked brings all its addresses.
                records.Append(resolved.Records);
                continue;
            }
            byte[] address = pool.Model.Members[member].Address!.GetAddressBytes(); // Chosen by family, so it has one.
            records.AppendUInt16(RRsetEncoder.QNamePointer);
            records.AppendUInt16((ushort)type);
            records.AppendUInt16((ushort)RecordClass.IN);
            records.AppendUInt32(0);
            records.AppendUInt16((ushort)address.Length);
            records.Append(address);
        }
        return records.ToArray();
    }

    private static byte[] EncodeHostname(CompiledPool pool, int[] members) =>
        pool.Model.Members[members[0]].Hostname!.Wire.ToArray(); // Chosen for having one.
}
