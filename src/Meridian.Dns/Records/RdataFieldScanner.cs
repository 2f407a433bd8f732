using Meridian.Dns.Names;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Dns.Records;

/// <summary>Scans RDATA text, field by field along the layout of its type.</summary>
internal static class RdataFieldScanner
{
    /// <summary>Scans one RDATA; false with the scanner's error set when it is not one.</summary>
    internal static bool TryScan(ref RdataScanner scanner, RecordType type)
    {
        if (scanner.NextIs("\\#"))
        {
            return TryScanGeneric(ref scanner, type);
        }
        if (RdataLayouts.FieldsOf(type) is not { } fields)
        {
            return scanner.Fail($"{type.ToMnemonic()} record data can be written only as \\# length hexadecimal (RFC 3597 §5)");
        }
        foreach (RdataField field in fields)
        {
            if (!TryScanField(ref scanner, field.Kind))
            {
                return scanner.Fail(Explain(in scanner, type, field));
            }
        }
        if (scanner.TryTakeAny(out ReadOnlySpan<char> token, out _))
        {
            return scanner.Fail($"{type.ToMnemonic()}: unexpected '{token}' after the last field, {fields[^1].Name}");
        }
        return true;
    }

    /// <summary>What a field of the kind looks like, for people.</summary>
    internal static string Expected(RdataFieldKind kind) => kind switch
    {
        RdataFieldKind.CompressibleName or RdataFieldKind.Name => "a domain name",
        RdataFieldKind.NamesToEnd => "domain names",
        RdataFieldKind.U8 => "a number from 0 to 255",
        RdataFieldKind.U16 => "a number from 0 to 65535",
        RdataFieldKind.U32 => "a number from 0 to 4294967295",
        RdataFieldKind.Seconds => "seconds, or a duration such as 1h30m",
        RdataFieldKind.IPv4 => "an IPv4 address such as 192.0.2.1",
        RdataFieldKind.IPv6 => "an IPv6 address such as 2001:db8::1",
        RdataFieldKind.CharacterString or RdataFieldKind.OptionalCharacterString or RdataFieldKind.CharacterStrings =>
            "text of at most 255 octets, in quotes if it has blanks",
        RdataFieldKind.TextToEnd => "text in quotes",
        RdataFieldKind.CaaTag => "a tag of letters and digits such as issue",
        RdataFieldKind.Base64ToEnd or RdataFieldKind.OptionalBase64ToEnd => "Base64",
        RdataFieldKind.HexToEnd => "hexadecimal digits",
        RdataFieldKind.HexWithLength => "hexadecimal digits for at most 255 octets, or - for none",
        RdataFieldKind.Base32HexWithLength => "Base32 with the alphabet 0-9 A-V (RFC 4648 §7)",
        RdataFieldKind.TypeBitmap or RdataFieldKind.NxtBitmap => "record types such as A or TYPE65280",
        RdataFieldKind.TypeMnemonic => "a record type such as A or TYPE65280",
        RdataFieldKind.Algorithm => "a DNSSEC algorithm: a number from 0 to 255 or a mnemonic such as ECDSAP256SHA256",
        RdataFieldKind.CertificateType => "a certificate type: a number from 0 to 65535 or a mnemonic such as PKIX",
        RdataFieldKind.Timestamp => "a time YYYYMMDDHHmmSS from 1970 to 2106",
        RdataFieldKind.Eui48 => "six pairs of hexadecimal digits such as 00-00-5e-00-53-2a",
        RdataFieldKind.Eui64 => "eight pairs of hexadecimal digits such as 00-00-5e-ef-10-00-00-2a",
        RdataFieldKind.Locator64 => "four groups of hexadecimal digits such as 2001:0db8:1140:1000",
        RdataFieldKind.Nsap => "0x and hexadecimal digits",
        RdataFieldKind.Loc => "a location such as 52 22 23.000 N 4 53 32.000 E -2.00m",
        RdataFieldKind.AddressPrefixes => "prefixes such as 1:192.0.2.0/24 or !2:2001:db8::/32",
        RdataFieldKind.ServiceParameters => "parameters such as alpn=\"h2,h3\"",
        RdataFieldKind.IpsecGateway => "precedence, gateway type, algorithm and gateway",
        RdataFieldKind.HostIdentity => "algorithm, host identity tag and public key",
        _ => "a protocol and port numbers",
    };

    // The scanner's own words say what is wrong where it knows better than "not what was expected".
    private static string Explain(in RdataScanner scanner, RecordType type, RdataField field)
    {
        string expected = Expected(field.Kind);
        string where = $"{type.ToMnemonic()} {field.Name}";
        return scanner.IsExhausted
            ? $"{where}: missing; expected {expected}"
            : $"{where}: '{Shorten(scanner.LastText)}' is not {expected}";
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 64 ? text.ToString() : $"{text[..64]}…";

    private static bool TryScanField(ref RdataScanner scanner, RdataFieldKind kind)
    {
        switch (kind)
        {
            case RdataFieldKind.CompressibleName or RdataFieldKind.Name:
                return scanner.TryTakeName();
            case RdataFieldKind.NamesToEnd:
                while (scanner.HasNext)
                {
                    if (!scanner.TryTakeName())
                    {
                        return false;
                    }
                }
                return true;
            case RdataFieldKind.U8:
                return scanner.TryTakeNumber(byte.MaxValue, out uint octet) && scanner.TryPut((byte)octet);
            case RdataFieldKind.U16:
                return scanner.TryTakeNumber(ushort.MaxValue, out uint number) && scanner.TryPutUInt16(number);
            case RdataFieldKind.U32:
                return scanner.TryTakeNumber(uint.MaxValue, out uint word) && scanner.TryPutUInt32(word);
            case RdataFieldKind.CharacterString:
                return TryScanCharacterString(ref scanner);
            case RdataFieldKind.OptionalCharacterString:
                return !scanner.HasNext || TryScanCharacterString(ref scanner);
            case RdataFieldKind.CharacterStrings:
                do
                {
                    if (!TryScanCharacterString(ref scanner))
                    {
                        return false;
                    }
                }
                while (scanner.HasNext);
                return true;
            case RdataFieldKind.TextToEnd:
                return TryScanText(ref scanner, ushort.MaxValue);
            case RdataFieldKind.Base64ToEnd:
                return EncodedText.TryScanBase64ToEnd(ref scanner);
            case RdataFieldKind.OptionalBase64ToEnd:
                return !scanner.HasNext || EncodedText.TryScanBase64ToEnd(ref scanner);
            case RdataFieldKind.HexToEnd:
                return EncodedText.TryScanHexToEnd(ref scanner);
            case RdataFieldKind.TypeBitmap:
                return TypeBitmapText.TryScan(ref scanner);
            case RdataFieldKind.NxtBitmap:
                return TypeBitmapText.TryScanNxt(ref scanner);
            case RdataFieldKind.Loc:
                return LocText.TryScan(ref scanner);
            case RdataFieldKind.AddressPrefixes:
                return AddressPrefixText.TryScan(ref scanner);
            case RdataFieldKind.ServiceParameters:
                return ServiceParameterText.TryScan(ref scanner);
            case RdataFieldKind.IpsecGateway:
                return IpsecGatewayText.TryScan(ref scanner);
            case RdataFieldKind.HostIdentity:
                return HostIdentityText.TryScan(ref scanner);
            case RdataFieldKind.WellKnownServices:
                return WellKnownServicesText.TryScan(ref scanner);
            default:
                return scanner.TryTake(out ReadOnlySpan<char> token) && TryScanToken(ref scanner, kind, token);
        }
    }

    // The fields that are one token.
    private static bool TryScanToken(ref RdataScanner scanner, RdataFieldKind kind, ReadOnlySpan<char> token)
    {
        Span<byte> octets = stackalloc byte[16];
        switch (kind)
        {
            case RdataFieldKind.Seconds:
                return NumberText.TryScanSeconds(token, uint.MaxValue, out uint seconds) && scanner.TryPutUInt32(seconds);
            case RdataFieldKind.Timestamp:
                return NumberText.TryScanTimestamp(token, out uint time) && scanner.TryPutUInt32(time);
            case RdataFieldKind.IPv4:
                return AddressText.TryScanIPv4(token, octets) && scanner.TryPut(octets[..4]);
            case RdataFieldKind.IPv6:
                return AddressText.TryScanIPv6(token, octets) && scanner.TryPut(octets);
            case RdataFieldKind.TypeMnemonic:
                return RecordTypes.TryParse(token, out RecordType type) && scanner.TryPutUInt16((ushort)type);
            case RdataFieldKind.Algorithm:
                return RdataMnemonics.TryScan(token, RdataMnemonics.Algorithms, byte.MaxValue, out uint algorithm)
                    && scanner.TryPut((byte)algorithm);
            case RdataFieldKind.CertificateType:
                return RdataMnemonics.TryScan(token, RdataMnemonics.CertificateTypes, ushort.MaxValue, out uint certificateType)
                    && scanner.TryPutUInt16(certificateType);
            case RdataFieldKind.CaaTag:
                return TryScanTag(ref scanner, token);
            case RdataFieldKind.Eui48:
                return TryScanPairs(token, octets[..6]) && scanner.TryPut(octets[..6]);
            case RdataFieldKind.Eui64:
                return TryScanPairs(token, octets[..8]) && scanner.TryPut(octets[..8]);
            case RdataFieldKind.Locator64:
                // The text is half of an IPv6 address: four groups, none left out.
                return !token.Contains("::", StringComparison.Ordinal)
                    && AddressText.TryScanIPv6($"{token}::", octets)
                    && token.Count(':') == 3
                    && scanner.TryPut(octets[..8]);
            case RdataFieldKind.HexWithLength:
                return TryScanPrefixed(ref scanner, token is "-" ? default : token, isBase32: false);
            case RdataFieldKind.Base32HexWithLength:
                return TryScanPrefixed(ref scanner, token, isBase32: true);
            case RdataFieldKind.Nsap:
                // Dots may stand between digits (RFC 1706 §5); dots alone are no address.
                return token.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                    && token[2..].ContainsAnyExcept('.')
                    && EncodedText.TryScanHex(ref scanner, token[2..].ToString().Replace(".", "", StringComparison.Ordinal));
            default:
                return false;
        }
    }

    private static bool TryScanCharacterString(ref RdataScanner scanner)
    {
        int lengthOffset = scanner.Length;
        if (!scanner.HasNext)
        {
            return scanner.FailMissing();
        }
        if (!scanner.TryPut(0) || !TryScanText(ref scanner, byte.MaxValue))
        {
            return false;
        }
        scanner.Patch(lengthOffset, (byte)(scanner.Length - lengthOffset - 1));
        return true;
    }

    private static bool TryScanText(ref RdataScanner scanner, int greatestLength)
    {
        if (!scanner.TryTakeAny(out ReadOnlySpan<char> token, out ZoneTokenKind kind))
        {
            return false;
        }
        if (kind == ZoneTokenKind.Mixed)
        {
            return scanner.Fail("a quote inside text without quotes: put the whole text in quotes, or write \\\"");
        }
        int start = scanner.Length;
        Span<byte> octets = stackalloc byte[4];
        for (int i = 0; i < token.Length;)
        {
            int count = OctetText.Scan(token, ref i, octets);
            if (count == 0)
            {
                return scanner.Fail("a backslash must be followed by a character or three digits 000–255 (RFC 1035 §5.1)");
            }
            if (scanner.Length - start + count > greatestLength)
            {
                return scanner.Fail($"the text is longer than {greatestLength} octets; split it into several strings where the type allows it");
            }
            if (!scanner.TryPut(octets[..count]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryScanTag(ref RdataScanner scanner, ReadOnlySpan<char> token)
    {
        if (token.Length is 0 or > byte.MaxValue || !scanner.TryPut((byte)token.Length))
        {
            return false;
        }
        foreach (char c in token)
        {
            if (!char.IsAsciiLetterOrDigit(c) || !scanner.TryPut((byte)c))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryScanPrefixed(ref RdataScanner scanner, ReadOnlySpan<char> token, bool isBase32)
    {
        int lengthOffset = scanner.Length;
        if (!scanner.TryPut(0)
            || !(isBase32 ? EncodedText.TryScanBase32Hex(ref scanner, token) : EncodedText.TryScanHex(ref scanner, token)))
        {
            return false;
        }
        int length = scanner.Length - lengthOffset - 1;
        if (length > byte.MaxValue || (isBase32 && length == 0))
        {
            return false;
        }
        scanner.Patch(lengthOffset, (byte)length);
        return true;
    }

    // Pairs of digits with hyphens between.
    private static bool TryScanPairs(ReadOnlySpan<char> token, Span<byte> octets)
    {
        if (token.Length != octets.Length * 3 - 1)
        {
            return false;
        }
        for (int i = 0; i < octets.Length; i++)
        {
            ReadOnlySpan<char> pair = token.Slice(3 * i, 2);
            if ((i > 0 && token[3 * i - 1] != '-')
                || !char.IsAsciiHexDigit(pair[0])
                || !char.IsAsciiHexDigit(pair[1]))
            {
                return false;
            }
            octets[i] = Convert.FromHexString(pair)[0];
        }
        return true;
    }

    // RFC 3597 §5: \# length hexadecimal, for every type. A known type's octets must still be one of its RDATA.
    private static bool TryScanGeneric(ref RdataScanner scanner, RecordType type)
    {
        scanner.TryTake(out _);
        if (!scanner.TryTakeNumber(ushort.MaxValue, out uint length))
        {
            return scanner.Fail("expected a length from 0 to 65535 after \\# (RFC 3597 §5)");
        }
        if (scanner.HasNext && !EncodedText.TryScanHexToEnd(ref scanner))
        {
            return scanner.Fail($"'{Shorten(scanner.LastText)}' is not hexadecimal");
        }
        if (scanner.Length != length)
        {
            return scanner.Fail($"\\# announces {length} octets but {scanner.Length} follow");
        }
        return RdataLayouts.IsWellFormed(type, scanner.Rdata)
            || scanner.Fail($"the octets are not record data of type {type.ToMnemonic()}");
    }
}
