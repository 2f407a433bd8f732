using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads the value of a steered record type.</summary>
internal static partial class SteerSection
{
    private static readonly SchemaKey<string?> Steer = new("steer", new ReferenceValue(NameKind.Policy), null, "The policy that decides the data.") { IsRequired = true };

    private static readonly SchemaKey<uint?> Ttl = new(
        "ttl", new OptionalValue<uint>(new TtlValue()), null, "TTL of the answers.")
    {
        DefaultText = "the owner's, then the policy's, then the zone's",
    };

    private static readonly SchemaKey<int> Priority = new(
        "priority",
        new IntegerValue(1, 65535),
        1,
        "SvcPriority (HTTPS, SVCB; RFC 9460 §2.4.1). 0 would make it an alias, which is not steered.");

    private static readonly SchemaKey<ImmutableArray<string?>> Alpn = new(
        "alpn",
        new ListValue<string?>(new TextValue("a protocol (ALPN)", "h2", ProtocolName()), "protocols (ALPN)"),
        [],
        "Protocols in order of preference (HTTPS, SVCB; RFC 9460 §7.1).")
    {
        DefaultText = "left out",
    };

    private static readonly SchemaKey<int?> Port = new(
        "port", new OptionalValue<int>(new IntegerValue(1, 65535)), null, "Port (HTTPS, SVCB; RFC 9460 §7.2).")
    {
        DefaultText = "left out",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.records.<owner>.<TYPE>",
        Summary = "Data that a policy decides; for A, AAAA, CNAME, HTTPS and SVCB. The address hints of HTTPS and SVCB "
            + "come from the same decision as the addresses. TXT tells the decision itself, with an id for "
            + "`meridian explain --id`: for names that may tell it to everybody.",
        Keys = [Steer, Ttl, Priority, Alpn, Port],
        Example = "www:\n  A: {steer: www, ttl: 30s}\n  HTTPS: {steer: www, priority: 1, alpn: [h2, h3]}",
    };

    /// <summary>Reads the value; null with an error when the type cannot be steered or no policy is named.</summary>
    public static SteeredDataModel? Read(
        ReadContext context, ConfigNode node, string path, RecordType type, out uint? ttl)
    {
        ttl = null;
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        ttl = map.Read(Ttl);
        if (type is not (RecordType.A or RecordType.AAAA or RecordType.CNAME or RecordType.HTTPS or RecordType.SVCB or RecordType.TXT))
        {
            map.Error(Steer, $"{type.ToMnemonic()} records cannot be steered: only A, AAAA, CNAME, HTTPS, SVCB and TXT can");
            return null;
        }
        if (type is not (RecordType.HTTPS or RecordType.SVCB))
        {
            foreach (SchemaKey key in new SchemaKey[] { Priority, Alpn, Port }.Where(map.Has))
            {
                map.Error(key, $"'{key.Name}' has a meaning only for HTTPS and SVCB records");
            }
        }
        int priority = map.Read(Priority);
        ImmutableArray<string> alpn = [.. map.Read(Alpn).OfType<string>()];
        int? port = map.Read(Port);
        return map.Read(Steer) is { } policy
            ? new SteeredDataModel { Policy = policy, Priority = (ushort)priority, Alpn = alpn, Port = (ushort?)port }
            : null;
    }

    // RFC 7301 §3.2: 1 to 255 octets; the registered ones are visible ASCII.
    [GeneratedRegex(@"^[\x21-\x7e]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProtocolName();
}
