using Meridian.Conformance.Tests.Updates;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Tsig;
using Meridian.Dns.Updates;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>
/// Signed updates as somebody forges them: a signature is never right but on the message that it was made for, and what the
/// update says is one of the protocol's forms or an error.
/// </summary>
internal sealed class SignedUpdateTarget : IFuzzTarget
{
    private const long Now = 1_795_176_000;

    private static readonly TsigKey Key = new(DomainName.Parse("key."), TsigAlgorithm.HmacSha256, "a secret"u8);

    public string Name => "signed-update";

    public int InputsPerRound => 1_000;

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[] { "yxdomain x; add x A 192.0.2.1", "is x TXT a; delete x TXT; delete x", "nxrrset x MX; remove x MX \"10 y\"", "add @ SOA a b 1 2 3 4 5" }
            .Select(text => new TsigSigner(Key).Sign(UpdateText.ToMessage(text.Replace("\"", "", StringComparison.Ordinal), 1), Now)),
    ];

    public IReadOnlyList<byte[]> Dictionary { get; } =
    [
        [0, 250, 0, 255, 0, 0, 0, 0], [0, 254], [0, 255], [3, (byte)'k', (byte)'e', (byte)'y', 0], [0, 32], [0, 0x6B, 0, 0x36, 0x40, 1, 0x2C], [0xC0, 0x0C],
    ];

    public int Take(ReadOnlySpan<byte> input)
    {
        if (QueryView.TryParse(input, out QueryView view) != QueryParseStatus.Ok || !view.HasTsig)
        {
            return 0;
        }
        TsigCheck check = TsigCheck.Verify(input, view.TsigOffset, name => name == Key.Name ? Key : null, Now);
        FuzzFailureException.ThrowUnless(check.Record is not null || check.Status == TsigStatus.Malformed, "a status without its record");
        Rcode rcode = Rcode.ServFail;
        if (Message.TryParse(input, out Message? message) == MessageParseStatus.Ok && message is not null)
        {
            rcode = UpdateMessage.TryRead(message, out UpdateMessage? update);
            FuzzFailureException.ThrowUnless((rcode == Rcode.NoError) == (update is not null), "a code without its update, or both");
            FuzzFailureException.ThrowUnless(
                update is null || update.Instructions.All(instruction => instruction.Owner.IsSubdomainOf(update.Zone)), "an owner outside the zone");
        }
        return HashCode.Combine(check.Status, rcode, message?.Answer.Length, message?.Authority.Length);
    }
}
