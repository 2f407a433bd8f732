using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Outside;

/// <summary>The addresses of one family of a name outside, as they are answered, with when they end. Immutable.</summary>
public sealed class ResolvedAnswer
{
    /// <summary>An answer has no more: what larger sets have beyond it is left out, so that a datagram holds what is answered.</summary>
    public const int MaxAddresses = 32;

    /// <summary>The TTL of addresses past their end that nobody renews: RFC 8767 §4 recommends 30 seconds.</summary>
    public const uint StaleTtlSeconds = 30;

    /// <param name="name">Whose addresses.</param>
    /// <param name="type">A or AAAA.</param>
    /// <param name="state">What is known.</param>
    /// <param name="addresses">Of the type's family, at least one and at most <see cref="MaxAddresses"/> when they are found; otherwise none.</param>
    /// <param name="expiresAt">When the TTL ends that they came with, Unix time; 0 for a TTL of 0.</param>
    /// <param name="isStale">They cannot be renewed: answered all the same, with a short TTL.</param>
    public ResolvedAnswer(
        OutsideName name, RecordType type, ResolutionState state, ImmutableArray<IPAddress> addresses, long expiresAt, bool isStale)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(addresses.Length, MaxAddresses);
        Name = name;
        Type = type;
        State = state;
        Addresses = addresses;
        ExpiresAt = expiresAt;
        IsStale = isStale;
        ClientAddresses = [.. addresses.Select(ClientAddress.FromIPAddress)];
        Records = Encode(type, addresses);
    }

    public OutsideName Name { get; }

    public RecordType Type { get; }

    public ResolutionState State { get; }

    public ImmutableArray<IPAddress> Addresses { get; }

    /// <summary>When the TTL ends that the addresses came with, Unix time; 0 for one of 0, which nobody may keep.</summary>
    public long ExpiresAt { get; }

    /// <summary>Whether renewing them fails.</summary>
    public bool IsStale { get; }

    /// <summary>Whole records with pointers to the question's name, all of one length; their TTL is filled in by who writes them.</summary>
    internal byte[] Records { get; }

    internal ClientAddress[] ClientAddresses { get; }

    /// <summary>Octets of one of <see cref="Records"/>.</summary>
    internal static int RecordLength(RecordType type) => RRsetEncoder.RecordHeaderLength + (type == RecordType.A ? 4 : 16);

    /// <summary>Whether the same is answered, but for how long.</summary>
    public bool SameAnswer(ResolvedAnswer? other) =>
        other is not null && State == other.State && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan());

    /// <summary>
    /// The TTL to answer with: what is left of theirs, and no more than ours. Never 0 while a renewal is under way, unless they
    /// said 0 themselves: every resolver would come back at that moment.
    /// </summary>
    /// <param name="oursSeconds">Ours.</param>
    /// <param name="unixSeconds">Now.</param>
    internal uint TtlAt(uint oursSeconds, long unixSeconds) =>
        IsStale ? Math.Min(oursSeconds, StaleTtlSeconds)
        : ExpiresAt == 0 ? 0
        : (uint)Math.Clamp(ExpiresAt - unixSeconds, Math.Min(1, oursSeconds), oursSeconds);

    private static byte[] Encode(RecordType type, ImmutableArray<IPAddress> addresses)
    {
        int length = RecordLength(type);
        byte[] records = new byte[addresses.Length * length];
        for (int i = 0; i < addresses.Length; i++)
        {
            Span<byte> record = records.AsSpan(i * length, length);
            BinaryPrimitives.WriteUInt16BigEndian(record, RRsetEncoder.QNamePointer);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(record[RRsetEncoder.ClassOffset..], (ushort)RecordClass.IN);
            BinaryPrimitives.WriteUInt16BigEndian(record[RRsetEncoder.RdataLengthOffset..], (ushort)(length - RRsetEncoder.RecordHeaderLength));
            if (!addresses[i].TryWriteBytes(record[RRsetEncoder.RecordHeaderLength..], out int written) || written != length - RRsetEncoder.RecordHeaderLength)
            {
                throw new ArgumentException($"{addresses[i]} is not of the family of {type}.", nameof(addresses));
            }
        }
        return records;
    }
}
