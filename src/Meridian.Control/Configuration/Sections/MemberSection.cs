using System.Globalization;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one member of a pool.</summary>
internal static class MemberSection
{
    private static readonly SchemaKey<IPAddress?> Address = new(
        "address", new AddressValue(), null, "An address; either this or `hostname`.");

    private static readonly SchemaKey<DomainName?> Hostname = new(
        "hostname", new DomainNameValue(), null, "A name, either this or `address`. Where a CNAME is steered it is answered as the name; where A and AAAA are, by the addresses "
            + "that the server resolves it to, all of them.");

    private static readonly SchemaKey<IPNetwork?> ClientSubnet = new(
        "client-subnet",
        new OptionalValue<IPNetwork>(new NetworkValue()),
        null,
        "The network for which the hostname is resolved (EDNS client subnet, RFC 7871), for names that answer by it.")
    {
        DefaultText = "none: the answer is the one for the resolver",
    };

    private static readonly SchemaKey<int> Weight = new(
        "weight",
        new IntegerValue(0, 1_000_000),
        1,
        "Share within the pool; 0 is used only when nothing else is available.");

    private static readonly SchemaKey<string?> Site = new(
        "site", new ReferenceValue(NameKind.Site), null, "Where it stands.")
    {
        DefaultText = "the pool's site",
    };

    private static readonly SchemaKey<int?> Port = new(
        "port", new OptionalValue<int>(new IntegerValue(1, 65535)), null, "Where it is checked.")
    {
        DefaultText = "the monitor's port",
    };

    private static readonly SchemaKey<AdminState> State = new(
        "state",
        new ChoiceValue<AdminState>(
            [("auto", AdminState.Auto), ("draining", AdminState.Draining), ("up", AdminState.ForcedUp), ("down", AdminState.ForcedDown)]),
        AdminState.Auto,
        "`auto`: health decides. `draining` and `down`: never served, not even when failing open. `up`: served "
            + "whatever health says.");

    private static readonly SchemaKey<DateTimeOffset?> Until = new(
        "until",
        new OptionalValue<DateTimeOffset>(new InstantValue()),
        null,
        "When a forced state ends by itself; `auto` applies after it.")
    {
        DefaultText = "never",
    };

    private static readonly SchemaKey<string?> Reason = new(
        "reason",
        new TextValue("a text", "\"disk swap\""),
        null,
        "Why the state is forced; shown wherever the state is.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "pools.<name>.members[]",
        Summary = "One address or hostname that can be in an answer.",
        Keys = [Address, Hostname, ClientSubnet, Weight, Site, Port, State, Until, Reason],
        Example =
            """
            members:
              - {address: 203.0.113.12, state: draining, until: 2026-12-01T00:00Z, reason: "disk swap"}
            """,
    };

    public static MemberModel? Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        if (map.Has(Address) == map.Has(Hostname))
        {
            context.Error(node, path, "expected exactly one of address and hostname");
        }
        if (map.Has(ClientSubnet) && !map.Has(Hostname))
        {
            map.Error(ClientSubnet, "'client-subnet' says for whom a hostname is resolved: an address is not");
        }
        MemberModel member = new()
        {
            Address = map.Read(Address),
            Hostname = map.Read(Hostname),
            ClientSubnet = map.Read(ClientSubnet),
            Weight = map.Read(Weight),
            Site = map.Read(Site),
            Port = map.Read(Port),
            State = map.Read(State),
            Until = map.Read(Until),
            Reason = map.Read(Reason),
        };
        member = CheckForcedState(map, member);
        return member.Address is null && member.Hostname is null ? null : member;
    }

    private static MemberModel CheckForcedState(MapReader map, MemberModel member)
    {
        if (member.State == AdminState.Auto)
        {
            foreach (SchemaKey key in new SchemaKey[] { Until, Reason }.Where(key => map.Has(key) && !map.Has(State)))
            {
                map.Error(
                    key, $"'{key.Name}' belongs to a forced state: add state: draining, up or down, or remove it");
            }
            return member;
        }
        if (member.Reason is null && !map.Has(Reason))
        {
            map.Context.Diagnostics.Warning(
                map.PositionOf(State),
                map.PathOf(State),
                $"the member {member.Target} is forced without a reason: add reason: \"…\", for whoever finds it so");
        }
        if (member.Until is not { } until || until > map.Context.Options.Time.GetUtcNow())
        {
            return member;
        }
        string ended = until.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
        map.Context.Diagnostics.Warning(
            map.PositionOf(Until),
            map.PathOf(Until),
            $"the forced state of {member.Target} ended at {ended} and no longer applies: remove state, until and "
                + "reason");
        return member with { State = AdminState.Auto, Until = null, Reason = null };
    }
}
