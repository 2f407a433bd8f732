using Meridian.Dns;

namespace Meridian.Control.DynamicUpdate;

/// <summary>What an update is answered with.</summary>
/// <param name="Rcode">The response code (RFC 2136 §2.2).</param>
/// <param name="Words">Why, for a person: in the log, and in the extended error of who speaks EDNS; null when the code says it all.</param>
internal sealed record UpdateVerdict(Rcode Rcode, string? Words = null)
{
    public static UpdateVerdict Done { get; } = new(Rcode.NoError);

    public static UpdateVerdict Refused(string words) => new(Rcode.Refused, words);
}
