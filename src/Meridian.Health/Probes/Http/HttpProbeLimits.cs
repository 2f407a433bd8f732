namespace Meridian.Health.Probes.Http;

/// <summary>What an answer to a probe may cost us. Fixed: a health page that needs more is not a health page.</summary>
internal static class HttpProbeLimits
{
    /// <summary>Octets of body that are read and looked at; the documented reach of the body match. As HAProxy and Route 53 (5 KiB) bound it.</summary>
    internal const int MaxBodyLength = 64 * 1024;

    /// <summary>Octets of status line, header fields and trailers, interim answers included. Ordinary servers limit theirs to 8 to 16 KiB.</summary>
    internal const int MaxHeaderLength = 16 * 1024;

    /// <summary>Octets kept of one line. Only framing fields are read, and they are short; the rest of a long line is passed over.</summary>
    internal const int MaxKeptLineLength = 256;

    /// <summary>The same where a Location is read too. Longer ones carry whole sessions, which a probe has none of.</summary>
    internal const int MaxLocationLength = 2048;

    /// <summary>Octets of a chunk's size line with its extensions (RFC 9112 §7.1.1 asks for a bound).</summary>
    internal const int MaxChunkLineLength = 1024;

    /// <summary>Interim answers (1xx) before the final one; more is a server that does not come to the point.</summary>
    internal const int MaxInterimAnswers = 8;

    /// <summary>Octets sent and received at a time; also the bound of a request, with its header fields.</summary>
    internal const int BufferLength = 8 * 1024;

    /// <summary>Characters of foreign or configured text repeated in a reason.</summary>
    internal const int MaxQuotedLength = 48;

    /// <summary>Characters of a URL repeated in a reason: enough for a host and the beginning of a path, with several of them in one reason.</summary>
    internal const int MaxShownUrlLength = 96;
}
