using System.Collections.Immutable;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Updates;

/// <summary>
/// Updates as short texts: <c>yxdomain x</c>, <c>nxdomain x</c>, <c>yxrrset x A</c>, <c>nxrrset x A</c>, <c>is x A 192.0.2.1</c>; and
/// <c>add x A 192.0.2.1</c>, <c>delete x</c>, <c>delete x A</c>, <c>remove x A 192.0.2.1</c>; semicolons between them.
/// </summary>
internal static class UpdateText
{
    private const uint Ttl = 60;

    private static readonly DomainName Apex = DomainName.Parse(UpdateSubjects.Zone);

    /// <summary>The message, not signed.</summary>
    public static byte[] ToMessage(string text, ushort id) => new Message
    {
        Header = new MessageHeader(id, MessageHeader.Compose(MessageFlags.None, Opcode.Update, Rcode.NoError), 1, 0, 0, 0),
        Questions = [new Question(Apex.Wire.ToArray(), RecordType.SOA, RecordClass.IN)],
        Answer = [.. Parts(text).Where(IsPrerequisite).Select(Record)],
        Authority = [.. Parts(text).Where(part => !IsPrerequisite(part)).Select(Record)],
    }.ToWire();

    /// <summary>One record of either section, for messages that are put together otherwise.</summary>
    public static MessageRecord Record(string part)
    {
        string[] words = part.Split(' ', 4);
        RecordType type = words.Length > 2 ? Enum.Parse<RecordType>(words[2]) : RecordType.ANY;
        ReadOnlyMemory<byte> data = words.Length > 3 ? Data(type, words[3]) : default;
        (RecordClass recordClass, uint ttl) = words[0] switch
        {
            "add" => (RecordClass.IN, Ttl),
            "is" => (RecordClass.IN, 0u),
            "remove" or "nxdomain" or "nxrrset" => (RecordClass.NONE, 0u),
            _ => (RecordClass.ANY, 0u),
        };
        return new MessageRecord(DomainName.Parse(words[1], Apex).Wire.ToArray(), type, recordClass, ttl, data);
    }

    private static ImmutableArray<string> Parts(string text) => [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool IsPrerequisite(string part) => part[..2] is "yx" or "nx" or "is";

    private static ReadOnlyMemory<byte> Data(RecordType type, string text) =>
        RdataText.TryScan(type, text, Apex, out byte[] rdata, out string? error) ? rdata : throw new FormatException(error);
}
