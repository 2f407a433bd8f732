using System.Buffers.Binary;
using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>A start of authority, and which of its fields somebody wrote.</summary>
/// <param name="Soa">The fields, with defaults for those not written.</param>
/// <param name="Written">The keys that were written; all of them in a master file.</param>
/// <param name="Position">Where it stands.</param>
internal sealed record SoaDraft(SoaModel Soa, ImmutableHashSet<string> Written, SourcePosition Position);

/// <summary>Reads <c>soa</c> of a zone.</summary>
internal static class SoaSection
{
    private static readonly SoaModel Defaults = new() { Primary = DomainName.Root, Contact = DomainName.Root };

    private static readonly SchemaKey Primary = new("primary", "a domain name", "The primary server (MNAME). Relative to the zone without a final dot.") { IsRequired = true };

    private static readonly SchemaKey Contact = new(
        "contact", "a mailbox, or a domain name", "Who answers for the zone (RNAME): `hostmaster@example.com`.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<uint> NegativeTtl = new(
        "negative-ttl", new TtlValue(), Defaults.NegativeTtlSeconds, "TTL of negative answers (RFC 2308 §4).");

    private static readonly SchemaKey<uint> Refresh = new(
        "refresh", new TtlValue(), Defaults.RefreshSeconds, "How often secondaries look for a new serial.");

    private static readonly SchemaKey<uint> Retry = new(
        "retry", new TtlValue(), Defaults.RetrySeconds, "How soon secondaries try again after a failure.");

    private static readonly SchemaKey<uint> Expire = new(
        "expire",
        new TtlValue(),
        Defaults.ExpireSeconds,
        "How long secondaries answer without the primary; longer than refresh.");

    private static readonly SchemaKey<uint> Ttl = new(
        "ttl", new TtlValue(), Defaults.TtlSeconds, "TTL of the SOA record itself.")
    {
        DefaultText = "the zone's",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.soa",
        Summary = "The start of authority (RFC 1035 §3.3.13). The serial comes from the revision and cannot be "
            + "written.",
        Keys = [Primary, Contact, NegativeTtl, Refresh, Retry, Expire, Ttl],
    };

    public static SoaDraft? Read(ReadContext context, ConfigNode node, string path, DomainName apex)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        SoaModel soa = new()
        {
            Primary = ReadName(map, Primary, apex, MailboxText.None) ?? DomainName.Root,
            Contact = ReadName(map, Contact, apex, MailboxText.Allowed) ?? DomainName.Root,
            NegativeTtlSeconds = map.Read(NegativeTtl),
            RefreshSeconds = map.Read(Refresh),
            RetrySeconds = map.Read(Retry),
            ExpireSeconds = map.Read(Expire),
            TtlSeconds = map.Read(Ttl),
        };
        if (soa.ExpireSeconds <= soa.RefreshSeconds)
        {
            SchemaKey at = map.Has(Expire) ? Expire : Refresh;
            map.Error(
                at,
                "expire must be longer than refresh, or secondaries stop answering between two looks (RFC 1912 §2.2)");
        }
        return new SoaDraft(soa, [.. Schema.Keys.Where(map.Has).Select(key => key.Name)], node.Position);
    }

    /// <summary>Every field as it would be written, so that nothing depends on a default.</summary>
    public static MapNode ToNode(SoaModel soa, SourcePosition position)
    {
        (SchemaKey Key, string Text)[] fields =
        [
            (Primary, soa.Primary.ToString()),
            (Contact, soa.Contact.ToString()),
            (NegativeTtl, Duration(soa.NegativeTtlSeconds)),
            (Refresh, Duration(soa.RefreshSeconds)),
            (Retry, Duration(soa.RetrySeconds)),
            (Expire, Duration(soa.ExpireSeconds)),
            (Ttl, Duration(soa.TtlSeconds)),
        ];
        return new MapNode(position, [.. fields.Select(field => new MapEntry(field.Key.Name, position, new ScalarNode(position, field.Text, isPlain: false)))]);

        static string Duration(uint seconds) => DurationText.Format(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>
    /// The start of authority of a master file. Its serial is not taken: serials come from the revision.
    /// </summary>
    public static SoaDraft? FromRecord(ResourceRecord record, SourcePosition position)
    {
        ReadOnlySpan<byte> rdata = record.Rdata.Span;
        if (DomainName.TryFromWire(rdata, out DomainName? primary) != DomainNameError.None || primary is null
            || DomainName.TryFromWire(rdata[primary.Wire.Length..], out DomainName? contact) != DomainNameError.None || contact is null)
        {
            return null;
        }
        // RFC 1035 §3.3.13: SERIAL, REFRESH, RETRY, EXPIRE and MINIMUM follow the two names.
        ReadOnlySpan<byte> numbers = rdata[(primary.Wire.Length + contact.Wire.Length)..];
        if (numbers.Length != 5 * sizeof(uint))
        {
            return null;
        }
        SoaModel soa = new()
        {
            Primary = primary,
            Contact = contact,
            RefreshSeconds = BinaryPrimitives.ReadUInt32BigEndian(numbers[4..]),
            RetrySeconds = BinaryPrimitives.ReadUInt32BigEndian(numbers[8..]),
            ExpireSeconds = BinaryPrimitives.ReadUInt32BigEndian(numbers[12..]),
            NegativeTtlSeconds = BinaryPrimitives.ReadUInt32BigEndian(numbers[16..]),
            TtlSeconds = record.TtlSeconds,
        };
        return new SoaDraft(soa, [.. Schema.Keys.Select(key => key.Name)], position);
    }

    /// <summary>The zone's start of authority out of the one inline and the one in the master file.</summary>
    public static SoaModel? Merge(
        ReadContext context, ZoneDraft zone, SoaDraft? inline, SoaDraft? fromFile, bool isInlineWritten)
    {
        if (inline is null && fromFile is null)
        {
            if (!isInlineWritten && zone.IsComplete)
            {
                context.Diagnostics.Error(
                    zone.Position,
                    zone.Path,
                    "the zone has no start of authority: add soa: {primary: ns1, contact: hostmaster@example.com}");
            }
            return null;
        }
        if (inline is null || fromFile is null)
        {
            SoaDraft only = inline ?? fromFile ?? throw new InvalidOperationException("one of the two is there");
            return only.Written.Contains(Ttl.Name) ? only.Soa : only.Soa with { TtlSeconds = zone.DefaultTtlSeconds };
        }
        foreach ((string key, object ours, object theirs) in Compare(inline.Soa, fromFile.Soa))
        {
            if (inline.Written.Contains(key) && !ours.Equals(theirs))
            {
                context.Diagnostics.Error(
                    inline.Position,
                    $"{zone.Path}/soa/{key}",
                    $"soa says {key} is {ours}, the master file says {theirs} at {fromFile.Position}: keep one of the "
                        + "two");
            }
        }
        // What is not written inline is what the file says: defaults never win over something written.
        return fromFile.Soa;
    }

    private static IEnumerable<(string Key, object Ours, object Theirs)> Compare(SoaModel ours, SoaModel theirs) =>
    [
        (Primary.Name, ours.Primary, theirs.Primary),
        (Contact.Name, ours.Contact, theirs.Contact),
        (NegativeTtl.Name, ours.NegativeTtlSeconds, theirs.NegativeTtlSeconds),
        (Refresh.Name, ours.RefreshSeconds, theirs.RefreshSeconds),
        (Retry.Name, ours.RetrySeconds, theirs.RetrySeconds),
        (Expire.Name, ours.ExpireSeconds, theirs.ExpireSeconds),
        (Ttl.Name, ours.TtlSeconds, theirs.TtlSeconds),
    ];

    private static DomainName? ReadName(MapReader map, SchemaKey key, DomainName apex, MailboxText mailbox)
    {
        if (map.Find(key) is not { } node)
        {
            return null;
        }
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            map.Error(key, $"expected {key.ValueType}, found {node.Describe()}");
            return null;
        }
        string text = mailbox == MailboxText.Allowed && scalar.Text.Length > 1 ? FromMailbox(scalar.Text) : scalar.Text;
        DomainNameError error = DomainName.TryParse(text, apex, out DomainName? name);
        if (name is null)
        {
            map.Error(key, $"'{scalar.Text}' is not {key.ValueType}: {error.Describe()}");
            return null;
        }
        NameWarnings.CheckDoubledOrigin(map.Context, name, apex, node.Position, map.PathOf(key));
        return name;
    }

    /// <summary>
    /// RFC 1035 §8: the local part becomes the first label, so its dots are escaped; the rest is an absolute name.
    /// </summary>
    private static string FromMailbox(string text)
    {
        int at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1)
        {
            return text;
        }
        string local = text[..at].Replace("\\", "\\\\", StringComparison.Ordinal).Replace(
            ".", "\\.", StringComparison.Ordinal);
        string domain = text[(at + 1)..];
        return $"{local}.{domain}{(domain.EndsWith('.') ? "" : ".")}";
    }

    private enum MailboxText
    {
        None,
        Allowed,
    }
}
