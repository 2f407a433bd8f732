using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>An IPv4 or IPv6 address.</summary>
internal sealed class AddressValue : ScalarReader<IPAddress?>
{
    public override string Description => "an IPv4 or IPv6 address";

    public override string Example => "192.0.2.1";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out IPAddress? value, out ReadProblem problem)
    {
        problem = default;
        return TryParseAddress(text, out value);
    }

    /// <summary>
    /// Reads only the ordinary forms: the system's parser also takes <c>10.1</c>, <c>0x7f.1</c> and zone ids, in which a
    /// typing mistake would become another address.
    /// </summary>
    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (!IPAddress.TryParse(text, out IPAddress? parsed))
        {
            return false;
        }
        bool isOrdinary = parsed.AddressFamily == AddressFamily.InterNetwork
            ? parsed.ToString() == text
            : !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal);
        address = isOrdinary ? parsed : null;
        return isOrdinary;
    }
}

/// <summary>An address with a port.</summary>
internal sealed class EndpointValue : ScalarReader<IPEndPoint?>
{
    public override string Description => "an address with a port";

    public override string Example => "127.0.0.1:5300 or [::1]:5300";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out IPEndPoint? value, out ReadProblem problem)
    {
        problem = default;
        return TryParseEndpoint(text, out value);
    }

    /// <summary>Reads an address with a port.</summary>
    public static bool TryParseEndpoint(string text, [MaybeNullWhen(false)] out IPEndPoint? value)
    {
        value = null;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }
        string host = text[..colon];
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        // An IPv6 address without brackets would make its last group the port.
        if (!AddressValue.TryParseAddress(isBracketed ? host[1..^1] : host, out IPAddress? address)
            || isBracketed != (address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            return false;
        }
        value = new IPEndPoint(address, port);
        return true;
    }
}

/// <summary>A network in prefix notation, without host bits.</summary>
internal sealed class NetworkValue : ScalarReader<IPNetwork>
{
    public override string Description => "a network";

    public override string Example => "192.0.2.0/24";

    protected override bool TryParse(ReadContext context, string text, out IPNetwork value, out ReadProblem problem)
    {
        problem = default;
        value = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || !AddressValue.TryParseAddress(text[..slash], out IPAddress? address)
            || !byte.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out byte length)
            || length > address.GetAddressBytes().Length * 8)
        {
            return false;
        }
        IPAddress network = Masked(address, length);
        problem = new ReadProblem($"'{text}' has bits set beyond its /{length}", $"{network}/{length}");
        value = network.Equals(address) ? new IPNetwork(address, length) : default;
        return network.Equals(address);
    }

    private static IPAddress Masked(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF00 >> kept);
        }
        return new IPAddress(bytes);
    }
}
