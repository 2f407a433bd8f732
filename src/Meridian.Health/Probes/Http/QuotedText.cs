using System.Text;

namespace Meridian.Health.Probes.Http;

/// <summary>Foreign text made safe to show: short, on one line, printable.</summary>
internal static class QuotedText
{
    internal static string Of(ReadOnlySpan<byte> octets)
    {
        StringBuilder text = new("\"");
        foreach (byte octet in octets[..Math.Min(octets.Length, HttpProbeLimits.MaxQuotedLength)])
        {
            text.Append(octet is >= 0x20 and < 0x7F ? (char)octet : '.');
        }

        return text.Append(octets.Length > HttpProbeLimits.MaxQuotedLength ? "…\"" : "\"").ToString();
    }

    internal static string Of(string value)
    {
        StringBuilder text = new("\"");
        foreach (char c in value.AsSpan(0, Math.Min(value.Length, HttpProbeLimits.MaxQuotedLength)))
        {
            text.Append(char.IsControl(c) ? '.' : c);
        }

        return text.Append(value.Length > HttpProbeLimits.MaxQuotedLength ? "…\"" : "\"").ToString();
    }
}
