using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Outside;

namespace Meridian.Control.History;

/// <summary>The octets of what is known of names outside.</summary>
internal static class ResolutionEncoding
{
    private const int StaleBit = 0x80;
    private const int SubnetBit = 0x40;

    public static void Write(BinaryWriter writer, ImmutableArray<ResolvedAnswer> answers)
    {
        writer.Write7BitEncodedInt(answers.Length);
        foreach (ResolvedAnswer answer in answers)
        {
            IPNetwork? subnet = answer.Name.ClientSubnet;
            writer.Write((byte)((int)answer.State | (answer.IsStale ? StaleBit : 0) | (subnet is null ? 0 : SubnetBit)));
            writer.Write((byte)answer.Name.Name.Wire.Length);
            writer.Write(answer.Name.Name.Wire);
            if (subnet is { } network)
            {
                writer.Write(network.ToString());
            }
            writer.Write7BitEncodedInt((int)answer.Type);
            writer.Write7BitEncodedInt64(answer.ExpiresAt);
            writer.Write((byte)answer.Addresses.Length);
            foreach (IPAddress address in answer.Addresses)
            {
                writer.Write(address.GetAddressBytes());
            }
        }
    }

    /// <summary>Reads one; throws as <see cref="HistoryEncoding.Decode"/> does.</summary>
    public static ResolvedAnswer Read(BinaryReader reader)
    {
        byte bits = reader.ReadByte();
        byte[] wire = reader.ReadBytes(reader.ReadByte());
        if (DomainName.TryFromWire(wire, out DomainName? name) != DomainNameError.None)
        {
            throw new InvalidDataException("a name outside cannot be read");
        }
        IPNetwork? subnet = (bits & SubnetBit) != 0 ? IPNetwork.Parse(reader.ReadString()) : null;
        RecordType type = (RecordType)reader.Read7BitEncodedInt();
        long expiresAt = reader.Read7BitEncodedInt64();
        int count = reader.ReadByte();
        int length = type switch
        {
            RecordType.A => 4,
            RecordType.AAAA => 16,
            _ => throw new InvalidDataException($"{type} is no type of addresses"),
        };
        ResolutionState state = (ResolutionState)(bits & ~(StaleBit | SubnetBit));
        if (count > ResolvedAnswer.MaxAddresses || state > ResolutionState.Failed)
        {
            throw new InvalidDataException("an answer for a name outside cannot be read");
        }
        ImmutableArray<IPAddress> addresses = [.. Enumerable.Range(0, count).Select(_ => ReadAddress(reader, length))];
        return new ResolvedAnswer(new OutsideName(name!, subnet), type, state, addresses, expiresAt, (bits & StaleBit) != 0); // None comes with a name.
    }

    private static IPAddress ReadAddress(BinaryReader reader, int length)
    {
        byte[] octets = reader.ReadBytes(length);
        return octets.Length == length ? new IPAddress(octets) : throw new EndOfStreamException();
    }
}
