using System.Buffers.Binary;

namespace Meridian.Dns.Records;

/// <summary>SvcParams on the wire (RFC 9460 §2.2): keys strictly ascending, each value as its key demands.</summary>
internal static class ServiceParameterWire
{
    private const int ParameterFixedLength = 4;

    internal static bool IsWellFormed(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> all = rest;
        int lastKey = -1;
        while (!rest.IsEmpty)
        {
            if (!TryTake(ref rest, out ushort key, out ReadOnlySpan<byte> value)
                || key <= lastKey
                || key == ServiceParameterKeys.Invalid
                || !IsValue(key, value))
            {
                return false;
            }
            lastKey = key;
        }
        return AreMandatoryPresent(all);
    }

    /// <summary>Takes the first parameter off.</summary>
    internal static bool TryTake(ref ReadOnlySpan<byte> rest, out ushort key, out ReadOnlySpan<byte> value)
    {
        key = 0;
        value = default;
        if (rest.Length < ParameterFixedLength)
        {
            return false;
        }
        key = BinaryPrimitives.ReadUInt16BigEndian(rest);
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (rest.Length - ParameterFixedLength < length)
        {
            return false;
        }
        value = rest.Slice(ParameterFixedLength, length);
        rest = rest[(ParameterFixedLength + length)..];
        return true;
    }

    private static bool IsValue(ushort key, ReadOnlySpan<byte> value) => key switch
    {
        ServiceParameterKeys.Mandatory => IsKeyList(value),
        ServiceParameterKeys.Alpn => IsAlpn(value),
        ServiceParameterKeys.NoDefaultAlpn or ServiceParameterKeys.Ohttp => value.IsEmpty,
        ServiceParameterKeys.Port => value.Length == 2,
        ServiceParameterKeys.IPv4Hint => value.Length > 0 && value.Length % 4 == 0,
        ServiceParameterKeys.IPv6Hint => value.Length > 0 && value.Length % 16 == 0,
        ServiceParameterKeys.Ech or ServiceParameterKeys.DohPath => value.Length > 0,
        _ => true,
    };

    // RFC 9460 §8: ascending, without itself.
    private static bool IsKeyList(ReadOnlySpan<byte> value)
    {
        int last = ServiceParameterKeys.Mandatory;
        for (int i = 0; i + 1 < value.Length; i += 2)
        {
            int key = BinaryPrimitives.ReadUInt16BigEndian(value[i..]);
            if (key <= last)
            {
                return false;
            }
            last = key;
        }
        return value.Length > 0 && value.Length % 2 == 0;
    }

    private static bool IsAlpn(ReadOnlySpan<byte> value)
    {
        int offset = 0;
        while (offset < value.Length && value[offset] != 0)
        {
            offset += value[offset] + 1;
        }
        return offset == value.Length && offset > 0;
    }

    // RFC 9460 §8: what is mandatory must be there. Mandatory has the lowest key, so it is first when there is one.
    private static bool AreMandatoryPresent(ReadOnlySpan<byte> all)
    {
        ReadOnlySpan<byte> rest = all;
        if (!TryTake(ref rest, out ushort first, out ReadOnlySpan<byte> keys) || first != ServiceParameterKeys.Mandatory)
        {
            return true;
        }
        // Both lists ascend: one walk over each.
        while (!keys.IsEmpty)
        {
            ushort wanted = BinaryPrimitives.ReadUInt16BigEndian(keys);
            ushort key;
            do
            {
                if (!TryTake(ref rest, out key, out _))
                {
                    return false;
                }
            }
            while (key < wanted);
            if (key != wanted)
            {
                return false;
            }
            keys = keys[2..];
        }
        return true;
    }
}
