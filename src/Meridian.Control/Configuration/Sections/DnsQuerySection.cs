using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>query</c> of a monitor of type dns.</summary>
internal static class DnsQuerySection
{
    private static readonly SchemaKey<DomainName?> Name = new("name", new DomainNameValue(), null, "The name that is asked for.") { IsRequired = true };

    private static readonly SchemaKey<string?> Type = new(
        "type", new TextValue("a record type", "AAAA"), "A", "The type that is asked for.");

    private static readonly SchemaKey<bool> OverTcp = new(
        "transport", new ChoiceValue<bool>([("udp", false), ("tcp", true)]), false, "How it is asked.");

    private static readonly SchemaKey<bool> Recursion = new(
        "recursion", new BooleanValue(), false, "Whether the member is to resolve the name for us: for resolvers.");

    private static readonly SchemaKey<System.Collections.Immutable.ImmutableArray<Rcode>> Rcodes = new(
        "rcode",
        new ListValue<Rcode>(
            new ChoiceValue<Rcode>(
            [
                ("noerror", Rcode.NoError), ("nxdomain", Rcode.NXDomain), ("servfail", Rcode.ServFail), ("refused", Rcode.Refused),
            ]),
            "response codes"),
        [Rcode.NoError],
        "Response codes that mean up.");

    private static readonly SchemaKey<string?> Answer = new(
        "answer", new TextValue("record data", "192.0.2.1"), null, "Record data that must be among the answers of the type.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "monitors.<name>.query",
        Summary = "What a monitor of type `dns` asks, and what it expects.",
        Keys = [Name, Type, OverTcp, Recursion, Rcodes, Answer],
        Example =
            """
            monitors:
              names: {type: dns, query: {name: www.example.com., type: A, answer: 192.0.2.1}}
            """,
    };

    public static DnsQuestionModel? Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map || map.Read(Name) is not { } name)
        {
            return null;
        }
        string word = map.Read(Type) ?? "A";
        if (!RecordTypes.TryParse(word, out RecordType type))
        {
            map.Error(Type, $"'{word}' is not a record type", RecordTypes.NearestMnemonic(word));
            return null;
        }
        return new DnsQuestionModel
        {
            Name = name,
            Type = type,
            OverTcp = map.Read(OverTcp),
            RecursionDesired = map.Read(Recursion),
            ExpectedRcodes = [.. map.Read(Rcodes)],
            ExpectedAnswer = ReadAnswer(map, type),
        };
    }

    /// <summary>In the one form in which answers are shown, so that the comparison is one of texts.</summary>
    private static string? ReadAnswer(MapReader map, RecordType type)
    {
        if (map.Read(Answer) is not { } text)
        {
            return null;
        }
        if (RdataText.TryScan(type, text, DomainName.Root, out byte[] rdata, out string? error))
        {
            return RdataText.Format(type, rdata);
        }
        map.Error(Answer, $"'{text}' is not data of a record of type {type.ToMnemonic()}: {error}");
        return null;
    }
}
