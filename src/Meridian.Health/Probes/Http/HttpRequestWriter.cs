using System.Globalization;
using System.Text;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Http;

/// <summary>Writes the request of one probe.</summary>
internal static class HttpRequestWriter
{
    /// <summary>The Host field: as the monitor writes it, or the member with its port if that is not the scheme's own.</summary>
    internal static string HostField(ProbeTarget target, MonitorModel monitor)
    {
        int schemePort = monitor.Type == MonitorType.Https ? 443 : 80;
        return monitor.Host ?? (target.Port == schemePort ? target.Host : target.ToString());
    }

    /// <summary>The name for SNI and the certificate: the Host without its port and brackets.</summary>
    internal static string TlsName(ProbeTarget target, MonitorModel monitor)
    {
        string host = monitor.Host ?? target.Address?.ToString() ?? target.Hostname ?? "";
        if (host.StartsWith('[') && host.IndexOf(']', StringComparison.Ordinal) is > 0 and int bracket)
        {
            return host[1..bracket];
        }

        // One colon is a port; several are an IPv6 address without brackets.
        int colon = host.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon == host.LastIndexOf(':') ? host[..colon] : host;
    }

    /// <summary>Writes the request; false when it does not fit or a value would break out of its line.</summary>
    internal static bool TryWrite(ProbeTarget target, MonitorModel monitor, Span<byte> buffer, out int length)
    {
        Cursor cursor = new(buffer);
        bool isWritten = cursor.TryAdd(monitor.Method) && cursor.TryAdd(" ") && cursor.TryAdd(monitor.Path)
            && cursor.TryAdd(" HTTP/1.1") && cursor.TryEndLine()
            && TryAddField(ref cursor, monitor, "Host", HostField(target, monitor))
            && TryAddField(ref cursor, monitor, "User-Agent", "Meridian-Health")
            && TryAddField(ref cursor, monitor, "Accept", "*/*");
        if (monitor.Method == "POST")
        {
            // RFC 9110 §8.6: a method that usually has content says so when it has none.
            isWritten = isWritten && cursor.TryAddField("Content-Length", ContentLength(monitor));
        }

        foreach ((string name, string value) in monitor.Headers)
        {
            isWritten = isWritten && (IsLength(monitor, name) || cursor.TryAddField(name, value));
        }

        // RFC 9112 §9.6: the connection serves this probe only, and the peer may close it first.
        isWritten = isWritten && TryAddField(ref cursor, monitor, "Connection", "close") && cursor.TryEndLine()
            && (monitor.Content is null || monitor.Method != "POST" || cursor.TryAddContent(monitor.Content));
        length = cursor.Length;
        return isWritten;
    }

    private static string ContentLength(MonitorModel monitor) =>
        Encoding.UTF8.GetByteCount(monitor.Content ?? "").ToString(CultureInfo.InvariantCulture);

    // Where we write the content, only we can say how long it is; two lengths are request smuggling (RFC 9112 §6.3).
    private static bool IsLength(MonitorModel monitor, string name) =>
        monitor.Method == "POST" && name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);

    // What the operator writes replaces our own field of the same name.
    private static bool TryAddField(ref Cursor cursor, MonitorModel monitor, string name, string value) =>
        monitor.Headers.ContainsKey(name) || cursor.TryAddField(name, value);

    private ref struct Cursor(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;

        internal int Length { get; private set; }

        internal bool TryAddField(string name, string value) =>
            TryAdd(name) && TryAdd(": ") && TryAdd(value) && TryEndLine();

        internal bool TryEndLine()
        {
            if (_buffer.Length - Length < 2)
            {
                return false;
            }

            "\r\n"u8.CopyTo(_buffer[Length..]);
            Length += 2;
            return true;
        }

        /// <summary>What follows the header; its line breaks are its own.</summary>
        internal bool TryAddContent(string text)
        {
            bool isWritten = Encoding.UTF8.TryGetBytes(text, _buffer[Length..], out int written);
            Length += written;
            return isWritten;
        }

        internal bool TryAdd(string text)
        {
            // RFC 9110 §5.5: CR, LF and NUL in a value are request smuggling. Configuration refuses them; this is the last gate.
            if (text.AsSpan().ContainsAny('\r', '\n', '\0') || !Encoding.UTF8.TryGetBytes(text, _buffer[Length..], out int written))
            {
                return false;
            }

            Length += written;
            return true;
        }
    }
}
