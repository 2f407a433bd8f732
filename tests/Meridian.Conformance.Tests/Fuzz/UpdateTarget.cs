using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;
using Meridian.Dns.Updates;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>Updates and their signatures: nobody without the key is taken for somebody who has it, and what is not an update is said to be none.</summary>
internal sealed class UpdateTarget : IFuzzTarget
{
    private const long Now = 1_700_000_000;

    private static readonly TsigKey Key = new(DomainName.Parse("key.test."), TsigAlgorithm.HmacSha256, "0123456789abcdef0123456789abcdef"u8);

    // What was signed of the seeds: that, and only that, is good.
    private readonly HashSet<string> _signed = [];

    public UpdateTarget()
    {
        Seeds = [.. MakeSeeds()];
    }

    public string Name => "update";

    public int InputsPerRound => 1_000;

    public IReadOnlyList<byte[]> Seeds { get; }

    public IReadOnlyList<byte[]> Dictionary { get; } =
    [
        [0, 255, 0, 255, 0, 0, 0, 0, 0, 0], [0, 1, 0, 254, 0, 0, 0, 0, 0, 0], [0, 6, 0, 1], [0xC0, 0x0C], [0, 250, 0, 255, 0, 0, 0, 0],
        [3, (byte)'k', (byte)'e', (byte)'y', 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0],
    ];

    public int Take(ReadOnlySpan<byte> input)
    {
        QueryView.TryParse(input, out QueryView view);
        TsigCheck check = TsigCheck.Verify(input, view.TsigOffset, name => name == Key.Name ? Key : null, Now);
        FuzzFailureException.ThrowUnless(
            check.Status != TsigStatus.Ok || _signed.Contains(Covered(input[..view.TsigOffset])), "a message that nobody has signed is taken for signed");
        if (Message.TryParse(input, out Message? message) != MessageParseStatus.Ok)
        {
            return HashCode.Combine(check.Status);
        }
        Rcode rcode = UpdateMessage.TryRead(message!, out UpdateMessage? update); // Ok comes with a message.
        FuzzFailureException.ThrowUnless((rcode == Rcode.NoError) == (update is not null), "a code without its update");
        return HashCode.Combine(check.Status, rcode, update?.Prerequisites.Length, update?.Instructions.Length);
    }

    private IEnumerable<byte[]> MakeSeeds()
    {
        byte[] zone = new QueryBuilder("example.test.", RecordType.SOA) { Id = 7, Opcode = Opcode.Update }.Build();
        byte[][] updates =
        [
            zone,
            // Add, delete a record, an RRset, a name; prerequisites: a name in use, an RRset that must not be there.
            With(zone, 0, 1, [0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 192, 0, 2, 1]),
            With(zone, 0, 1, [0xC0, 0x0C, 0, 1, 0, 254, 0, 0, 0, 0, 0, 4, 192, 0, 2, 1]),
            With(zone, 0, 1, [0xC0, 0x0C, 0, 1, 0, 255, 0, 0, 0, 0, 0, 0]),
            With(zone, 0, 1, [0xC0, 0x0C, 0, 255, 0, 255, 0, 0, 0, 0, 0, 0]),
            With(zone, 1, 0, [0xC0, 0x0C, 0, 255, 0, 255, 0, 0, 0, 0, 0, 0]),
            With(zone, 1, 0, [0xC0, 0x0C, 0, 1, 0, 254, 0, 0, 0, 0, 0, 0]),
        ];
        foreach (byte[] update in updates)
        {
            yield return update;
            byte[] signed = new TsigSigner(Key).Sign(update, Now);
            _signed.Add(Covered(signed.AsSpan(0, update.Length)));
            yield return signed;
        }
    }

    // Not the id, which a forwarder may change: the signature has the original one (RFC 8945 §4.3.3).
    private static string Covered(ReadOnlySpan<byte> message) => Convert.ToHexString(message[2..]);

    private static byte[] With(byte[] message, byte prerequisites, byte updates, byte[] records)
    {
        byte[] all = [.. message, .. records];
        all[7] = prerequisites;
        all[9] = updates;
        return all;
    }
}
