using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Whole messages as tools read them: what can be read is written and read again as the same, and has a text.</summary>
internal sealed class MessageTarget : IFuzzTarget
{
    public string Name => "message";

    public int InputsPerRound => 1_000;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. MakeSeeds()];

    public IReadOnlyList<byte[]> Dictionary { get; } =
    [
        [0xC0, 0x0C], [0xC0, 0x0D, 0, 1, 0, 1], [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0], [0, 5, 0, 1, 0, 0, 0, 9, 0, 2, 0xC0, 0x0C],
        [0, 15, 0, 1, 0, 0, 0, 9, 0, 4, 0, 1, 0xC0, 0x0C], [0, 6, 0, 1], [0, 64, 0, 1], [0, 33, 0, 1],
    ];

    public int Take(ReadOnlySpan<byte> input)
    {
        MessageParseStatus status = Message.TryParse(input, out Message? message);
        FuzzFailureException.ThrowUnless((status == MessageParseStatus.Ok) == (message is not null), "a status without its message");
        if (message is null)
        {
            return HashCode.Combine(status);
        }
        string text = MessageText.Format(message);
        FuzzFailureException.ThrowUnless(Message.TryParse(message.ToWire(), out Message? again) == MessageParseStatus.Ok, "what was written cannot be read");
        FuzzFailureException.ThrowUnless(MessageText.Format(again!) == text, "what was written reads as something else"); // Ok comes with a message.
        return HashCode.Combine(
            message.Answer.Length, message.Authority.Length, message.Additional.Length, message.Edns?.Options.Length,
            message.Answer.IsEmpty ? 0 : (int)message.Answer[0].Type);
    }

    private static IEnumerable<byte[]> MakeSeeds()
    {
        yield return new QueryBuilder("www.example.test.", RecordType.A) { UdpPayloadSize = 1232, IsNsidRequested = true }.Build();
        foreach ((RecordType type, string text) in RdataSamples.All)
        {
            byte[] query = new QueryBuilder("www.example.test.", type) { Id = 1 }.Build();
            query[2] |= 0x80;
            query[7] = 1;
            byte[] rdata = RdataSamples.Scan(type, text);
            yield return
            [
                .. query, 0xC0, 0x0C, (byte)((ushort)type >> 8), (byte)type, 0, 1, 0, 0, 1, 0, (byte)(rdata.Length >> 8), (byte)rdata.Length, .. rdata,
            ];
        }
    }
}
