using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>route53</c>.</summary>
internal static class Route53Section
{
    // The service gives four; more than ten fit into no response with their addresses (RFC 9471 §2.2 wants them all).
    private const int NameServersMax = 10;

    private static readonly SchemaKey<ImmutableArray<string?>> NameServers = new(
        "name-servers",
        new ListValue<string?>(new TextValue("a domain name", "ns1.example.net."), "domain names"),
        [],
        "The name servers of new zones: names of this server and of its secondaries, with addresses of their own.")
    {
        DefaultText = "names that lead nowhere, so that zones can be tried out",
    };

    private static readonly SchemaKey<string?> Contact = new(
        "contact", new TextValue("a mailbox", "hostmaster@example.net"), null, "Who answers for new zones (RNAME of their start of authority).")
    {
        DefaultText = "`hostmaster` in the zone",
    };

    private static readonly SchemaKey<bool> Guard = new(
        "guard",
        new BooleanValue(),
        false,
        "Whether the guard is asked about changes by this API. Its clients cannot give a reason: what the guard refuses fails with "
        + "InvalidChangeBatch until it is done by another door.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "route53",
        Summary = "The Route 53 API; where it listens is `listen.route53`.",
        Keys = [NameServers, Contact, Guard],
        Example = "route53: {name-servers: [ns1.example.net., ns2.example.net.], contact: hostmaster@example.net}",
    };

    public static readonly SectionSchema DelegationSetSchema = new()
    {
        Title = "delegation-sets.<name>",
        Summary = "Name servers that zones of the Route 53 API can be made with, instead of those of `route53` (a reusable delegation set). Its name is its id.",
        Keys = [NameServers, Route53Key.Key],
        Example = "delegation-sets:\n  NPARTNERS: {name-servers: [ns1.partner.example., ns2.partner.example.]}",
    };

    public static Route53Model Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return new Route53Model();
        }
        ModelList<DomainName> servers = ReadServers(map);
        string? contact = map.Read(Contact);
        DomainName? mailbox = null;
        // RFC 1035 §8: a mailbox is a name, with a dot in the place of the at sign.
        if (contact is not null && (DomainName.TryParse(contact.Replace('@', '.'), DomainName.Root, out mailbox) != DomainNameError.None || mailbox is null))
        {
            map.Error(Contact, $"'{contact}' is not a mailbox: expected one such as hostmaster@example.net");
        }
        return new Route53Model { NameServers = servers, Contact = mailbox, IsGuarded = map.Read(Guard) };
    }

    /// <summary>Reads one entry of <c>delegation-sets</c>.</summary>
    public static DelegationSetModel? ReadDelegationSet(ReadContext context, string name, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, DelegationSetSchema) is not { } map)
        {
            return null;
        }
        ModelList<DomainName> servers = ReadServers(map);
        if (servers.Count == 0 && !map.HasUnknownKeys)
        {
            map.Error(NameServers, "a delegation set has at least one name server");
        }
        return new DelegationSetModel { Name = name, NameServers = servers };
    }

    private static ModelList<DomainName> ReadServers(MapReader map)
    {
        List<DomainName> servers = [];
        foreach (string text in map.Read(NameServers).OfType<string>())
        {
            DomainNameError error = DomainName.TryParse(text, DomainName.Root, out DomainName? server);
            if (server is null)
            {
                map.Error(NameServers, $"'{text}' is not a domain name: {error.Describe()}");
            }
            else
            {
                servers.Add(server);
            }
        }
        if (servers.Count > NameServersMax)
        {
            map.Error(NameServers, $"there are {servers.Count} name servers; at most {NameServersMax} are taken");
        }
        return [.. servers];
    }
}
