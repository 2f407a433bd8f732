using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Dns.Records;

/// <summary>SvcParams in text (RFC 9460 §2.1 and appendix A; RFC 9461 dohpath; RFC 9540 ohttp).</summary>
internal static class ServiceParameterText
{
    internal static bool TryScan(ref RdataScanner scanner)
    {
        int start = scanner.Length;
        SortedList<ushort, byte[]> parameters = [];
        while (scanner.HasNext)
        {
            if (!scanner.TryTakeAny(out ReadOnlySpan<char> token, out ZoneTokenKind kind))
            {
                return false;
            }
            int equals = token.IndexOf('=');
            ReadOnlySpan<char> name = equals < 0 ? token : token[..equals];
            if (kind == ZoneTokenKind.Quoted || !ServiceParameterKeys.TryScan(name, out ushort key))
            {
                return scanner.Fail($"'{name}' is not a parameter; expected mandatory, alpn, no-default-alpn, port, "
                    + "ipv4hint, ech, ipv6hint, dohpath, ohttp or key0 to key65534");
            }
            if (!TryScanValue(key, equals < 0 ? default : token[(equals + 1)..], out byte[] value, out string? error))
            {
                return scanner.Fail($"{ServiceParameterKeys.NameOf(key)}: {error}");
            }
            if (!parameters.TryAdd(key, value))
            {
                return scanner.Fail($"{ServiceParameterKeys.NameOf(key)} is given twice");
            }
        }
        foreach ((ushort key, byte[] value) in parameters)
        {
            if (!scanner.TryPutUInt16(key) || !scanner.TryPutUInt16((uint)value.Length) || !scanner.TryPut(value))
            {
                return false;
            }
        }
        return ServiceParameterWire.IsWellFormed(scanner.Rdata[start..])
            || scanner.Fail("mandatory lists a parameter that is not there (RFC 9460 §8)");
    }

    internal static void Format(ReadOnlySpan<byte> rest, StringBuilder text)
    {
        while (ServiceParameterWire.TryTake(ref rest, out ushort key, out ReadOnlySpan<byte> value))
        {
            RdataFormatter.AppendBlank(text).Append(ServiceParameterKeys.NameOf(key));
            if (!value.IsEmpty)
            {
                text.Append('=');
                FormatValue(key, value, text);
            }
        }
    }

    private static bool TryScanValue(ushort key, ReadOnlySpan<char> text, out byte[] value, out string? error)
    {
        value = [];
        if (!TryUnquote(text, out byte[] octets))
        {
            error = "a quote is out of place, or an escape is not \\X or \\DDD";
            return false;
        }
        (bool isValid, string? expected) = key switch
        {
            ServiceParameterKeys.Mandatory => (TryScanKeys(octets, out value), "expected names of parameters with commas between, each once and not 'mandatory'"),
            ServiceParameterKeys.Alpn => (TryScanAlpn(octets, out value), "expected protocol ids of 1 to 255 octets with commas between"),
            ServiceParameterKeys.NoDefaultAlpn or ServiceParameterKeys.Ohttp => (octets.Length == 0, "takes no value"),
            ServiceParameterKeys.Port => (TryScanPort(octets, out value), "expected a number from 0 to 65535"),
            ServiceParameterKeys.IPv4Hint => (TryScanAddresses(octets, 4, out value), "expected IPv4 addresses with commas between"),
            ServiceParameterKeys.IPv6Hint => (TryScanAddresses(octets, 16, out value), "expected IPv6 addresses with commas between"),
            ServiceParameterKeys.Ech => (TryScanBase64(octets, out value), "expected Base64"),
            ServiceParameterKeys.DohPath => ((value = octets).Length > 0, "expected a URI template"),
            _ => ((value = octets).Length <= ushort.MaxValue, "longer than 65535 octets"),
        };
        error = isValid ? null : expected;
        return isValid;
    }

    // A value is a character-string: with quotes around all of it or without any (RFC 9460 appendix A).
    private static bool TryUnquote(ReadOnlySpan<char> text, out byte[] octets)
    {
        octets = [];
        bool isQuoted = text.Length >= 2 && text[0] == '"' && text[^1] == '"';
        if (isQuoted)
        {
            text = text[1..^1];
        }
        List<byte> result = new(text.Length);
        Span<byte> some = stackalloc byte[4];
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '"')
            {
                return false;
            }
            int count = OctetText.Scan(text, ref i, some);
            if (count == 0)
            {
                return false;
            }
            result.AddRange(some[..count]);
        }
        octets = [.. result];
        return true;
    }

    // Items with commas between; here a comma or a backslash that belongs to an item has a backslash of its own.
    private static bool TrySplit(ReadOnlySpan<byte> octets, out List<byte[]> items)
    {
        items = [];
        List<byte> item = [];
        for (int i = 0; i < octets.Length; i++)
        {
            if (octets[i] == (byte)',')
            {
                items.Add([.. item]);
                item.Clear();
                continue;
            }
            if (octets[i] == (byte)'\\' && (++i == octets.Length || octets[i] is not ((byte)',' or (byte)'\\')))
            {
                return false;
            }
            item.Add(octets[i]);
        }
        items.Add([.. item]);
        return items.TrueForAll(value => value.Length > 0);
    }

    private static bool TryScanAlpn(ReadOnlySpan<byte> octets, out byte[] value)
    {
        value = [];
        if (!TrySplit(octets, out List<byte[]> items) || items.Exists(item => item.Length > byte.MaxValue))
        {
            return false;
        }
        value = [.. items.SelectMany(item => item.Prepend((byte)item.Length))];
        return value.Length <= ushort.MaxValue;
    }

    private static bool TryScanKeys(ReadOnlySpan<byte> octets, out byte[] value)
    {
        value = [];
        SortedSet<ushort> keys = [];
        foreach (string item in Encoding.Latin1.GetString(octets).Split(','))
        {
            if (!ServiceParameterKeys.TryScan(item, out ushort key) || key == ServiceParameterKeys.Mandatory || !keys.Add(key))
            {
                return false;
            }
        }
        value = [.. keys.SelectMany(key => new[] { (byte)(key >> 8), (byte)key })];
        return true;
    }

    private static bool TryScanPort(ReadOnlySpan<byte> octets, out byte[] value)
    {
        bool isValid = NumberText.TryScan(Encoding.Latin1.GetString(octets), ushort.MaxValue, out uint port);
        value = [(byte)(port >> 8), (byte)port];
        return isValid;
    }

    private static bool TryScanAddresses(ReadOnlySpan<byte> octets, int addressLength, out byte[] value)
    {
        string[] items = Encoding.Latin1.GetString(octets).Split(',');
        value = new byte[items.Length * addressLength];
        for (int i = 0; i < items.Length; i++)
        {
            Span<byte> address = value.AsSpan(i * addressLength, addressLength);
            if (!(addressLength == 4 ? AddressText.TryScanIPv4(items[i], address) : AddressText.TryScanIPv6(items[i], address)))
            {
                return false;
            }
        }
        return value.Length <= ushort.MaxValue;
    }

    private static bool TryScanBase64(ReadOnlySpan<byte> octets, out byte[] value)
    {
        byte[] decoded = new byte[octets.Length];
        bool isValid = Convert.TryFromBase64String(Encoding.Latin1.GetString(octets), decoded, out int length);
        value = decoded[..length];
        return isValid && length is > 0 and <= ushort.MaxValue;
    }

    private static void FormatValue(ushort key, ReadOnlySpan<byte> value, StringBuilder text)
    {
        switch (key)
        {
            case ServiceParameterKeys.Mandatory:
                for (int i = 0; i < value.Length; i += 2)
                {
                    text.Append(i > 0 ? "," : "").Append(ServiceParameterKeys.NameOf(BinaryPrimitives.ReadUInt16BigEndian(value[i..])));
                }
                break;
            case ServiceParameterKeys.Alpn:
                FormatAlpn(value, text);
                break;
            case ServiceParameterKeys.Port:
                text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16BigEndian(value)}");
                break;
            case ServiceParameterKeys.IPv4Hint:
                for (int i = 0; i < value.Length; i += 4)
                {
                    AddressText.FormatIPv4(value[i..], text.Append(i > 0 ? "," : ""));
                }
                break;
            case ServiceParameterKeys.IPv6Hint:
                for (int i = 0; i < value.Length; i += 16)
                {
                    AddressText.FormatIPv6(value[i..], text.Append(i > 0 ? "," : ""));
                }
                break;
            case ServiceParameterKeys.Ech:
                text.Append(Convert.ToBase64String(value));
                break;
            default:
                OctetText.FormatQuoted(value, text);
                break;
        }
    }

    private static void FormatAlpn(ReadOnlySpan<byte> value, StringBuilder text)
    {
        text.Append('"');
        for (int offset = 0; offset < value.Length; offset += value[offset] + 1)
        {
            text.Append(offset > 0 ? "," : "");
            foreach (byte octet in value.Slice(offset + 1, value[offset]))
            {
                // Twice escaped: for the list, and then for the character-string around it.
                text.Append(octet is (byte)',' or (byte)'\\' ? "\\\\" : "");
                OctetText.FormatOctet(octet, text);
            }
        }
        text.Append('"');
    }
}
