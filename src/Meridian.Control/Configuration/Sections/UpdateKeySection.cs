using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.Tsig;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one entry of <c>update-keys</c>.</summary>
internal static class UpdateKeySection
{
    // A key for each of a thousand zones can be a thousand keys; one key with a thousand rules is a mistake.
    private const int MaxRules = 256;

    private static readonly SchemaKey<DomainName?> Name = new(
        "name", new DomainNameValue(), null, "The key's name in messages, which clients must use.")
    {
        DefaultText = "the name in the secret's file, then that of the entry",
    };

    private static readonly SchemaKey<TsigAlgorithm?> Algorithm = new(
        "algorithm",
        new TsigAlgorithmValue(),
        null,
        "The only algorithm that the key is used with. RFC 8945 §6 forbids hmac-md5 and advises against hmac-sha1: they are for clients "
            + "that know no other.")
    {
        DefaultText = "that in the secret's file, then `hmac-sha256`",
    };

    private static readonly SchemaKey<string?> SecretFile = new(
        "secret-file",
        new TextValue("the path of a file", "keys/acme.key"),
        null,
        "The secret: what `tsig-keygen` writes, or its base64 text alone. Configurations, exports and logs have the path and never the "
            + "secret. A relative path is relative to the file that names it.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<int?> MinMac = new(
        "min-mac",
        new OptionalValue<int>(new IntegerValue(TsigAlgorithm.LeastMacLength, 64)),
        null,
        "Octets of the shortest signature that is taken, at least half of a whole one (RFC 8945 §5.2.2.1).")
    {
        DefaultText = "a whole one",
    };

    private static readonly SchemaKey<int> PerSecond = new(
        "per-second", new IntegerValue(1, 1000), 20, "Updates per second on average; five seconds' worth may come at once.");

    private static readonly SchemaKey Allow = new(
        "allow", "a list of rules", "What may be changed: whatever one of the rules allows.")
    {
        DefaultText = "nothing: the key only signs queries",
    };

    private static readonly SchemaKey<ImmutableArray<DomainName?>> Transfer = new(
        "transfer",
        new ListValue<DomainName?>(new ZoneNameValue(), "zones"),
        [],
        "Zones that the holder may read as a whole, by zone transfer over TCP (AXFR, RFC 5936), as external-dns does. Steered record sets "
            + "are not in it: they have no data of their own.")
    {
        DefaultText = "none",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "update-keys.<name>",
        Summary = "A TSIG key (RFC 8945) for dynamic updates (RFC 2136), which the server takes when it manages its configuration itself; "
            + "docs/dynamic-update.md shows it with nsupdate, certbot and lego. Signed queries are answered with a signature.",
        Keys = [Name, Algorithm, SecretFile, MinMac, PerSecond, Allow, Transfer],
        Example =
            """
            update-keys:
              acme:
                secret-file: keys/acme.key   # tsig-keygen acme > keys/acme.key
                allow:
                  - {zones: [example.com], names: [_acme-challenge.*], types: [TXT]}
            """,
    };

    private static readonly SchemaKey<ImmutableArray<DomainName?>> Zones = new(
        "zones", new ListValue<DomainName?>(new ZoneNameValue(), "zones"), [], "The zones.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<ImmutableArray<string?>> Names = new(
        "names",
        new ListValue<string?>(new TextValue("a pattern of owner names", "_acme-challenge.*", OwnerPatternText.Valid()), "patterns of owner names"),
        [],
        $"Owner names relative to the zone: {OwnerPatternText.Description}.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<ImmutableArray<RecordType>> Types = new(
        "types", new ListValue<RecordType>(new RecordTypeValue(), "record types"), [], "The types of records.")
    {
        DefaultText = "all but NS and SOA",
    };

    public static readonly SectionSchema RuleSchema = new()
    {
        Title = "update-keys.<name>.allow[]",
        Summary = "Something that the holder of the key may change.",
        Keys = [Zones, Names, Types],
    };

    public static UpdateKeyModel? Read(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        ImmutableArray<UpdateRuleModel> rules = ReadRules(map);
        int perSecond = map.Read(PerSecond);
        ImmutableArray<DomainName> transfer = [.. map.Read(Transfer).OfType<DomainName>()];
        if (map.Read(SecretFile) is not { } written)
        {
            return null;
        }
        string file = context.ResolvePath(map.PositionOf(SecretFile), written);
        if (context.Documents.ReadText(file, map.PositionOf(SecretFile), map.PathOf(SecretFile)) is not { } text)
        {
            return null;
        }
        if (TsigSecretFile.TryRead(text, out TsigSecretFile? secret) is { } problem)
        {
            // Nothing of what stands there is shown.
            map.Error(SecretFile, $"'{written}' {problem}");
            return null;
        }
        return secret is not null && Combine(map, name, secret) is { } key ? key with { Rules = rules, PerSecond = perSecond, Transfer = transfer } : null;
    }

    /// <summary>What the entry says and what its file says must agree.</summary>
    private static UpdateKeyModel? Combine(MapReader map, string entry, TsigSecretFile secret)
    {
        DomainName? name = map.Read(Name);
        TsigAlgorithm? algorithm = map.Read(Algorithm);
        if (name is not null && secret.Name is not null && name != secret.Name)
        {
            map.Error(Name, $"the secret's file names the key {secret.Name}");
        }
        if (algorithm is not null && secret.Algorithm is not null && algorithm != secret.Algorithm)
        {
            map.Error(Algorithm, $"the secret's file has a key for {secret.Algorithm}");
        }
        name ??= secret.Name;
        if (name is null && DomainName.TryParse(entry, DomainName.Root, out name) != DomainNameError.None)
        {
            map.Context.Diagnostics.Error(map.Node.Position, map.Path, $"'{entry}' is not a name for messages: give it a 'name'");
        }
        algorithm ??= secret.Algorithm ?? TsigAlgorithm.HmacSha256;
        int? minMac = map.Read(MinMac);
        if (minMac is { } least && (least < algorithm.ShortestMacLength || least > algorithm.MacLength))
        {
            map.Error(MinMac, $"a signature of {algorithm} has {algorithm.ShortestMacLength} to {algorithm.MacLength} octets");
        }
        return name is null ? null : new UpdateKeyModel
        {
            Name = name,
            Algorithm = algorithm.Mnemonic,
            Secret = secret.Secret,
            MinMacLength = minMac,
        };
    }

    private static ImmutableArray<UpdateRuleModel> ReadRules(MapReader map)
    {
        if (map.Find(Allow) is not { } node)
        {
            return [];
        }
        if (node is not ListNode { Items.Length: > 0 and <= MaxRules } list)
        {
            map.Error(Allow, $"expected a list of 1 to {MaxRules} rules, such as [{{zones: [example.com], names: [www]}}]; found {node.Describe()}");
            return [];
        }
        ImmutableArray<UpdateRuleModel>.Builder rules = ImmutableArray.CreateBuilder<UpdateRuleModel>();
        for (int i = 0; i < list.Items.Length; i++)
        {
            string path = $"{map.PathOf(Allow)}/{i}";
            map.Context.Positions.Add(path, list.Items[i].Position);
            if (MapReader.Open(map.Context, list.Items[i], path, RuleSchema) is { } rule)
            {
                rules.Add(new UpdateRuleModel
                {
                    Zones = [.. rule.Read(Zones).OfType<DomainName>()],
                    Names = [.. rule.Read(Names).OfType<string>().Select(name => new OwnerPattern(name.ToLowerInvariant()))],
                    Types = rule.Read(Types),
                });
            }
        }
        return rules.ToImmutable();
    }
}
