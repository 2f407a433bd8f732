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

    internal static string Of(string value) => $"\"{Plain(value, HttpProbeLimits.MaxQuotedLength)}\"";

    /// <summary>The same without the quotes, for what has a form of its own.</summary>
    internal static string Plain(string value, int maxLength)
    {
        StringBuilder text = new();
        foreach (char c in value.AsSpan(0, Math.Min(value.Length, maxLength)))
        {
            text.Append(char.IsControl(c) ? '.' : c);
        }

        return text.Append(value.Length > maxLength ? "…" : "").ToString();
    }
}
