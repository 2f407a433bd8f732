using System.Buffers.Binary;
using System.Globalization;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Records;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Reading;

/// <summary>
/// The start of authority: a record set to this API, the key <c>soa</c> of the zone to everybody else. Its serial is made by
/// this server from revisions; what a client wrote there is shown again and otherwise not used, as the service itself does.
/// </summary>
internal static class StartOfAuthority
{
    private const string Key = "soa";
    private const uint DefaultRefresh = 3600;
    private const uint DefaultRetry = 600;
    private const uint DefaultExpire = 1_209_600;
    private const uint DefaultNegativeTtl = 60;

    /// <summary>The record set; null for a zone without one.</summary>
    public static RecordSet? Read(HostedZone zone)
    {
        if (zone.Body.MapOf(Key) is not { } soa)
        {
            return null;
        }
        string numbers = string.Create(
            CultureInfo.InvariantCulture,
            $"1 {Seconds(soa, "refresh", DefaultRefresh)} {Seconds(soa, "retry", DefaultRetry)} {Seconds(soa, "expire", DefaultExpire)} {Seconds(soa, "negative-ttl", DefaultNegativeTtl)}");
        string value = $"{NameOf(soa.TextOf("primary"), zone.Apex)} {NameOf(soa.TextOf("contact"), zone.Apex)} {numbers}";
        return new RecordSet
        {
            Owner = zone.Apex,
            Type = RecordType.SOA,
            TtlSeconds = Seconds(soa, "ttl", zone.DefaultTtl),
            Values = [zone.Metadata.Soa ?? value],
        };
    }

    /// <summary>The zone's document with another start of authority.</summary>
    public static MapNode Write(MapNode body, RecordSet set)
    {
        Route53Rdata.TryScan(RecordType.SOA, set.Values[0], out byte[] rdata, out _); // Checked when it came.
        _ = DomainName.TryFromWire(rdata, out DomainName? primary);
        int at = primary?.Wire.Length ?? 0;
        _ = DomainName.TryFromWire(rdata.AsSpan(at), out DomainName? contact);
        at += contact?.Wire.Length ?? 0;
        // RFC 1035 §3.3.13: SERIAL, REFRESH, RETRY, EXPIRE and MINIMUM follow the two names.
        MapNode soa = Make(
            primary ?? DomainName.Root, contact ?? DomainName.Root,
            Number(rdata, at + 4), Number(rdata, at + 8), Number(rdata, at + 12), Number(rdata, at + 16), set.TtlSeconds ?? 0);
        return (ZoneMetadata.Read(body) with { Soa = set.Values[0] }).WriteTo(body.With(Key, soa));
    }

    /// <summary>The value of a zone's key <c>soa</c>.</summary>
    public static MapNode Make(DomainName primary, DomainName contact, uint refresh, uint retry, uint expire, uint negativeTtl, uint ttl) => Nodes.Map(
        Nodes.Entry("primary", Nodes.Text(primary.ToString())),
        Nodes.Entry("contact", Nodes.Text(contact.ToString())),
        Duration("negative-ttl", negativeTtl),
        Duration("refresh", refresh),
        Duration("retry", retry),
        Duration("expire", expire),
        Duration("ttl", ttl));

    private static MapEntry Duration(string key, uint seconds) => Nodes.Entry(key, Nodes.Text(DurationText.Format(TimeSpan.FromSeconds(seconds))));

    private static uint Number(byte[] rdata, int at) => BinaryPrimitives.ReadUInt32BigEndian(rdata.AsSpan(at));

    private static uint Seconds(MapNode soa, string key, uint otherwise) =>
        soa.TextOf(key) is { } text && DurationText.TryParse(text, out TimeSpan duration) ? (uint)duration.TotalSeconds : otherwise;

    private static string NameOf(string? text, DomainName apex)
    {
        if (text is null)
        {
            return ".";
        }
        // RFC 1035 §8: a mailbox is a name, with a dot in the place of the at sign.
        string name = text.Replace('@', '.');
        name = text.Contains('@', StringComparison.Ordinal) && !name.EndsWith('.') ? name + "." : name;
        return DomainName.TryParse(name, apex, out DomainName? parsed) == DomainNameError.None && parsed is not null ? Route53Name.Format(parsed) : name;
    }
}
