using System.Text;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>The part of a synthesised SVCB record's parameters that does not depend on the decision.</summary>
internal static class ServiceParameters
{
    public const ushort AlpnKey = 1;
    public const ushort PortKey = 3;
    public const ushort IPv4HintKey = 4;
    public const ushort IPv6HintKey = 6;

    /// <summary>alpn and port in wire format, in ascending order of key (RFC 9460 §2.2).</summary>
    public static byte[] Encode(SteeredDataModel steering)
    {
        OctetWriter parameters = new();
        if (!steering.Alpn.IsEmpty)
        {
            OctetWriter alpn = new();
            foreach (string protocol in steering.Alpn)
            {
                byte[] identifier = Encoding.ASCII.GetBytes(protocol);
                alpn.Append([(byte)identifier.Length]);
                alpn.Append(identifier);
            }
            parameters.AppendUInt16(AlpnKey);
            parameters.AppendUInt16((ushort)alpn.Length);
            parameters.Append(alpn.ToArray());
        }
        if (steering.Port is { } port)
        {
            parameters.AppendUInt16(PortKey);
            parameters.AppendUInt16(sizeof(ushort));
            parameters.AppendUInt16(port);
        }
        return parameters.ToArray();
    }
}
