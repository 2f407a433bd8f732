using Meridian.Control.DynamicUpdate;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Transfers;

/// <summary>
/// The messages of a zone transfer (RFC 5936): the zone's SOA, every static record, and the SOA again, all of one revision. Steered
/// record sets are left out: what they answer depends on who asks.
/// </summary>
/// <param name="zone">What is transferred.</param>
/// <param name="soaSerial">The serial that the zone is served with.</param>
internal sealed class ZoneTransfer(ZoneModel zone, uint soaSerial)
{
    // RFC 1035 §4.1.4 and §3.2.1: type, class, TTL and the length of the data.
    private const int RecordOverhead = 10;

    /// <summary>The zone as it is served; null when the snapshot does not have it for this client.</summary>
    /// <param name="snapshot">What is served.</param>
    /// <param name="apex">The zone's name.</param>
    /// <param name="source">Who asks: of several zones of the name it gets the one that it sees.</param>
    public static ZoneTransfer? Of(DataPlaneSnapshot snapshot, DomainName apex, ClientAddress source) => snapshot.FindZone(apex, source) is not { } key
        ? null
        : snapshot.Model.Zones.Values
            .Zip(snapshot.SoaSerials, (zone, serial) => zone.Key == key ? new ZoneTransfer(zone, serial) : null)
            .FirstOrDefault(transfer => transfer is not null);

    /// <summary>The messages in their order, not signed.</summary>
    /// <param name="id">Of the request.</param>
    /// <param name="question">Of the request: the first message has it (RFC 5936 §2.2.1).</param>
    /// <param name="edns">What goes along in each message when the request had OPT; null when it had none.</param>
    public IEnumerable<byte[]> Messages(ushort id, Question question, MessageEdns? edns)
    {
        TransferPage page = new(id, question, edns);
        foreach (MessageRecord record in Records())
        {
            if (!page.TryAdd(record))
            {
                yield return page.Finish();
                page = new TransferPage(id, null, edns);
                page.TryAdd(record);
            }
        }
        yield return page.Finish();
    }

    /// <summary>What an IXFR over UDP gets: the SOA alone says that there is more by TCP (RFC 1995 §2).</summary>
    public byte[] SoaAlone(ushort id, Question question, MessageEdns? edns)
    {
        TransferPage page = new(id, question, edns);
        page.TryAdd(Soa());
        return page.Finish();
    }

    private IEnumerable<MessageRecord> Records()
    {
        yield return Soa();
        foreach (RRsetModel rrset in zone.RRsets)
        {
            foreach (ReadOnlyMemory<byte> rdata in rrset.Steering is null ? rrset.Rdata : [])
            {
                yield return RecordOf(rrset.Owner, rrset.Type, rrset.TtlSeconds ?? zone.DefaultTtlSeconds, rdata);
            }
        }
        yield return Soa();
    }

    private MessageRecord Soa() => RecordOf(zone.Apex, RecordType.SOA, zone.Soa.TtlSeconds, SoaRdata.Of(zone.Soa, soaSerial));

    private static MessageRecord RecordOf(DomainName owner, RecordType type, uint ttl, ReadOnlyMemory<byte> rdata) =>
        new(owner.Wire.ToArray(), type, RecordClass.IN, ttl, rdata);

    /// <summary>One message while records are added to it.</summary>
    private sealed class TransferPage(ushort id, Question? question, MessageEdns? edns)
    {
        private readonly List<MessageRecord> _records = [];
        private int _length;

        /// <summary>Adds a record; false when the message is full. An empty one takes every record.</summary>
        public bool TryAdd(MessageRecord record)
        {
            int length = record.OwnerWire.Length + RecordOverhead + record.Rdata.Length;
            if (_records.Count > 0 && _length + length > TransferLimits.MessageOctets)
            {
                return false;
            }
            _records.Add(record);
            _length += length;
            return true;
        }

        public byte[] Finish() => new Message
        {
            Header = new MessageHeader(
                id, MessageHeader.Compose(MessageFlags.Response | MessageFlags.AuthoritativeAnswer, Opcode.Query, Rcode.NoError), 0, 0, 0, 0),
            Questions = question is { } asked ? [asked] : [],
            Answer = [.. _records],
            Edns = edns,
        }.ToWire();
    }
}
