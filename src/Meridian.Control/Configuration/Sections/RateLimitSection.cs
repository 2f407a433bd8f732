using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>rate-limit</c> of <c>answering</c>.</summary>
internal static class RateLimitSection
{
    private const int MaxRate = 1_000_000;
    private const int MaxExempt = 256;

    private static readonly RateLimitModel Defaults = new();

    private static readonly SchemaKey<int> Positive = new(
        "positive",
        new IntegerValue(0, MaxRate),
        Defaults.PositivePerSecond,
        "Answers and referrals per second and network; 0 is no limit.");

    private static readonly SchemaKey<int> Negative = new(
        "negative",
        new IntegerValue(0, MaxRate),
        Defaults.NegativePerSecond,
        "NXDOMAIN and NODATA per second and network; 0 is no limit.");

    private static readonly SchemaKey<int> Error = new(
        "error", new IntegerValue(0, MaxRate), Defaults.ErrorPerSecond, "REFUSED, FORMERR and other errors per second and network; 0 is no limit.");

    private static readonly SchemaKey<int> Slip = new(
        "slip",
        new IntegerValue(0, 10),
        Defaults.Slip,
        "Of the responses over the budget, one in so many is sent truncated, so that honest clients come back by TCP; 0 sends none.");

    private static readonly SchemaKey<int> IPv4Prefix = new(
        "ipv4-prefix", new IntegerValue(8, 32), Defaults.IPv4PrefixLength, "Bits of an IPv4 address that make one network.");

    private static readonly SchemaKey<int> IPv6Prefix = new(
        "ipv6-prefix", new IntegerValue(16, 64), Defaults.IPv6PrefixLength, "Bits of an IPv6 address that make one network.");

    private static readonly SchemaKey<int> TableSize = new(
        "table-size",
        new IntegerValue(1024, 1 << 24),
        Defaults.TableSize,
        "Networks, times kinds of answers, that each UDP worker remembers, at 16 octets each; rounded up to a power of two.");

    private static readonly SchemaKey<ImmutableArray<IPNetwork>> Exempt = new(
        "exempt", new ListValue<IPNetwork>(new NetworkValue(), "networks"), [], "Networks that are never limited; at most 256.")
    {
        DefaultText = "none",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "answering.rate-limit",
        Summary = "Budgets of UDP responses per second for each client network, so that the server is of no use to flood others with. TCP, and "
            + "senders with a valid cookie, are not limited. Each UDP worker holds to its share of a budget.",
        Keys = [Positive, Negative, Error, Slip, IPv4Prefix, IPv6Prefix, TableSize, Exempt],
    };

    public static RateLimitModel Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return Defaults;
        }
        ImmutableArray<IPNetwork> exempt = map.Read(Exempt);
        if (exempt.Length > MaxExempt)
        {
            map.Error(Exempt, $"{exempt.Length} networks: at most {MaxExempt} can be exempt");
        }
        return new RateLimitModel
        {
            PositivePerSecond = map.Read(Positive),
            NegativePerSecond = map.Read(Negative),
            ErrorPerSecond = map.Read(Error),
            Slip = map.Read(Slip),
            IPv4PrefixLength = map.Read(IPv4Prefix),
            IPv6PrefixLength = map.Read(IPv6Prefix),
            TableSize = map.Read(TableSize),
            Exempt = exempt,
        };
    }
}
