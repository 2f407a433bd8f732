using Meridian.Dns.Messages;
using Meridian.Dns.Tsig;

namespace Meridian.Conformance.Tests.Updates;

/// <summary>Takes the signature of an answer apart.</summary>
internal static class SignedAnswer
{
    /// <summary>Checks an answer as a client does.</summary>
    /// <param name="answer">As it came.</param>
    /// <param name="key">The client's.</param>
    /// <param name="requestMac">Of the request.</param>
    /// <param name="at">The client's clock; null is the real one.</param>
    public static TsigCheck Verify(ReadOnlySpan<byte> answer, TsigKey key, ReadOnlySpan<byte> requestMac, long? at = null) => TsigCheck.Verify(
        answer, OffsetOf(answer), name => name == key.Name ? key : null, at ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), requestMac);

    /// <summary>The TSIG record; null when there is none.</summary>
    public static TsigRecord? Find(ReadOnlySpan<byte> answer) => OffsetOf(answer) is var offset and > 0 ? TsigRecord.TryParse(answer, offset) : null;

    private static int OffsetOf(ReadOnlySpan<byte> answer)
    {
        // The reader of queries finds it; it takes no responses.
        byte[] query = answer.ToArray();
        query[2] &= 0x7F;
        return QueryView.TryParse(query, out QueryView view) == QueryParseStatus.Ok ? view.TsigOffset : 0;
    }
}
