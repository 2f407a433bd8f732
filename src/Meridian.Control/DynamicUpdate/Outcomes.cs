using System.Text;
using Meridian.Dns;
using Meridian.Dns.Tsig;

namespace Meridian.Control.DynamicUpdate;

/// <summary>What became of signed messages, as metrics name it.</summary>
internal static class Outcomes
{
    public const string RateLimited = "rate_limited";
    public const string Repeated = "repeated";
    public const string QueueFull = "queue_full";
    public const string Gone = "gone";

    public static string Of(TsigStatus status) => Words(status.ToString());

    public static string Of(Rcode rcode) => rcode.ToString().ToLowerInvariant();

    /// <summary>BadSig → bad_sig.</summary>
    private static string Words(string name)
    {
        StringBuilder words = new();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0)
            {
                words.Append('_');
            }
            words.Append(char.ToLowerInvariant(letter));
        }
        return words.ToString();
    }
}
