using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Meridian.Dns.Records;

/// <summary>Geographical location (RFC 1876): degrees, minutes and thousandths of seconds; sizes as digit × 10^n centimetres.</summary>
internal static class LocText
{
    internal const int Length = 16;

    private const uint Equator = 1u << 31;
    private const uint MillisecondsPerDegree = 3_600_000;
    private const long AltitudeBase = 10_000_000;
    private const ulong GreatestSize = 9_000_000_000;

    internal static bool IsWellFormed(ReadOnlySpan<byte> rest) =>
        rest.Length >= Length
        && rest[0] == 0
        && IsSize(rest[1]) && IsSize(rest[2]) && IsSize(rest[3])
        && IsAngle(rest[4..], 90) && IsAngle(rest[8..], 180);

    internal static bool TryScan(ref RdataScanner scanner)
    {
        if (!TryTakeAngle(ref scanner, 90, 'N', 'S', out uint latitude)
            || !TryTakeAngle(ref scanner, 180, 'E', 'W', out uint longitude)
            || !TryTakeAltitude(ref scanner, out uint altitude))
        {
            return false;
        }
        // RFC 1876 §3: 1 m, 10 km and 10 m when left out.
        byte size = 0x12;
        byte horizontal = 0x16;
        byte vertical = 0x13;
        return TryTakeSize(ref scanner, "size", ref size)
            && TryTakeSize(ref scanner, "horizontal precision", ref horizontal)
            && TryTakeSize(ref scanner, "vertical precision", ref vertical)
            && scanner.TryPut([0, size, horizontal, vertical])
            && scanner.TryPutUInt32(latitude)
            && scanner.TryPutUInt32(longitude)
            && scanner.TryPutUInt32(altitude);
    }

    internal static void Format(ReadOnlySpan<byte> rest, StringBuilder text)
    {
        FormatAngle(BinaryPrimitives.ReadUInt32BigEndian(rest[4..]), 'N', 'S', text);
        text.Append(' ');
        FormatAngle(BinaryPrimitives.ReadUInt32BigEndian(rest[8..]), 'E', 'W', text);
        long altitude = BinaryPrimitives.ReadUInt32BigEndian(rest[12..]) - AltitudeBase;
        text.Append(altitude < 0 ? " -" : " ");
        FormatCentimetres((ulong)Math.Abs(altitude), text);
        for (int i = 1; i <= 3; i++)
        {
            text.Append(' ');
            ulong value = (ulong)(rest[i] >> 4);
            for (int power = rest[i] & 0x0F; power > 0; power--)
            {
                value *= 10;
            }
            FormatCentimetres(value, text);
        }
    }

    private static bool IsSize(byte octet) => octet == 0 || (octet >> 4 is >= 1 and <= 9 && (octet & 0x0F) <= 9);

    private static bool IsAngle(ReadOnlySpan<byte> octets, uint degrees) =>
        Math.Abs((long)BinaryPrimitives.ReadUInt32BigEndian(octets) - Equator) <= degrees * MillisecondsPerDegree;

    // degrees [minutes [seconds[.thousandths]]] hemisphere
    private static bool TryTakeAngle(ref RdataScanner scanner, uint degrees, char positive, char negative, out uint angle)
    {
        ReadOnlySpan<uint> greatest = [degrees, 59];
        ReadOnlySpan<uint> scale = [MillisecondsPerDegree, 60_000];
        ulong total = 0;
        angle = 0;
        for (int part = 0; part < 4; part++)
        {
            if (!scanner.TryTake(out ReadOnlySpan<char> token))
            {
                return false;
            }
            if (part > 0 && token.Length == 1 && (token[0] & ~0x20) is var letter && (letter == positive || letter == negative))
            {
                if (total > degrees * MillisecondsPerDegree)
                {
                    return scanner.Fail($"more than {degrees} degrees");
                }
                angle = letter == positive ? Equator + (uint)total : Equator - (uint)total;
                return true;
            }
            ulong value;
            if (part < 2 && NumberText.TryScan(token, greatest[part], out uint whole))
            {
                value = whole * scale[part];
            }
            else if (part != 2 || !TryScanDecimal(token, 3, 60_000 - 1, out value))
            {
                return scanner.Fail(
                    $"'{token}' does not fit; expected degrees 0–{degrees}, minutes 0–59, seconds 0–59.999, then {positive} or {negative}");
            }
            total += value;
        }
        return false;
    }

    private static bool TryTakeAltitude(ref RdataScanner scanner, out uint altitude)
    {
        altitude = 0;
        if (!scanner.TryTake(out ReadOnlySpan<char> token))
        {
            return false;
        }
        bool isNegative = token.StartsWith('-');
        if (!TryScanDecimal(WithoutUnit(isNegative ? token[1..] : token), 2, uint.MaxValue, out ulong centimetres)
            || (isNegative ? centimetres > (ulong)AltitudeBase : centimetres > uint.MaxValue - (ulong)AltitudeBase))
        {
            return scanner.Fail($"'{token}' is not an altitude from -100000.00m to 42849672.95m");
        }
        altitude = (uint)(isNegative ? AltitudeBase - (long)centimetres : AltitudeBase + (long)centimetres);
        return true;
    }

    private static bool TryTakeSize(ref RdataScanner scanner, string what, ref byte size)
    {
        if (!scanner.HasNext)
        {
            return true;
        }
        if (!scanner.TryTake(out ReadOnlySpan<char> token)
            || !TryScanDecimal(WithoutUnit(token), 2, GreatestSize, out ulong value))
        {
            return scanner.Fail($"'{token}' is not a {what} from 0.00m to 90000000.00m");
        }
        int power = 0;
        while (value > 9)
        {
            value /= 10;
            power++;
        }
        size = (byte)(value == 0 ? 0 : value << 4 | (uint)power);
        return true;
    }

    private static ReadOnlySpan<char> WithoutUnit(ReadOnlySpan<char> token) =>
        token.EndsWith("m", StringComparison.OrdinalIgnoreCase) ? token[..^1] : token;

    // A decimal number with up to so many places, as a count of the smallest place.
    private static bool TryScanDecimal(ReadOnlySpan<char> text, int places, ulong greatest, out ulong value)
    {
        value = 0;
        int point = text.IndexOf('.');
        ReadOnlySpan<char> fraction = point < 0 ? default : text[(point + 1)..];
        if (!NumberText.TryScan(point < 0 ? text : text[..point], uint.MaxValue, out uint whole)
            || fraction.Length > places
            || (point >= 0 && fraction.IsEmpty))
        {
            return false;
        }
        uint part = 0;
        if (!fraction.IsEmpty && !NumberText.TryScan(fraction, uint.MaxValue, out part))
        {
            return false;
        }
        value = whole;
        ulong scaled = part;
        for (int i = 0; i < places; i++)
        {
            value *= 10;
            scaled *= i >= fraction.Length ? 10u : 1u;
        }
        value += scaled;
        return value <= greatest;
    }

    private static void FormatAngle(uint angle, char positive, char negative, StringBuilder text)
    {
        uint distance = angle >= Equator ? angle - Equator : Equator - angle;
        uint minutes = distance / 60_000;
        uint milliseconds = distance % 60_000;
        text.Append(
            CultureInfo.InvariantCulture,
            $"{minutes / 60} {minutes % 60} {milliseconds / 1000}.{milliseconds % 1000:D3} {(angle >= Equator ? positive : negative)}");
    }

    private static void FormatCentimetres(ulong value, StringBuilder text) =>
        text.Append(CultureInfo.InvariantCulture, $"{value / 100}.{value % 100:D2}m");
}
