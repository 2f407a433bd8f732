using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Engine.Observing;

namespace Meridian.Control.Observing;

/// <summary>The observed population as people and programs read it.</summary>
public static class PopulationOutput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As JSON.</summary>
    /// <param name="population">Who asked.</param>
    /// <param name="top">Entries of each list.</param>
    /// <param name="demands">What is looked up behind whom; null leaves it out.</param>
    public static string ToJson(ObservedPopulation population, int top, ObservedDemands? demands = null)
    {
        JsonObject all = All(population, top);
        if (demands is not null)
        {
            all["demand"] = DemandOutput.Resolvers(demands, top);
            all["assigned"] = DemandOutput.Nodes(demands);
        }
        return all.ToJsonString(Indented);
    }

    private static JsonObject All(ObservedPopulation population, int top) => new()
    {
        ["from"] = population.From.ToString("O", CultureInfo.InvariantCulture),
        ["to"] = population.To.ToString("O", CultureInfo.InvariantCulture),
        ["queries"] = Round(population.Queries),
        ["queriesPerSecond"] = Round(population.QueriesPerSecond),
        ["resolvers"] = Round(population.Resolvers),
        ["clientNetworks"] = Round(population.Subnets),
        ["withClientSubnet"] = Share(population.Rows.Where(row => row.Asker.SubnetLength > 0).Sum(row => row.Queries), population),
        ["toldApart"] = Share(population.Rows.Sum(row => row.Queries), population),
        ["lost"] = population.Lost,
        ["names"] = List(Names(population).Take(top), "name", population),
        ["byResolver"] = List(Resolvers(population).Take(top), "resolver", population),
        ["byClientNetwork"] = List(Subnets(population).Take(top), "network", population),
        ["rows"] = new JsonArray([.. population.Rows.Take(top).Select(row => RowOf(row, population))]),
    };

    /// <summary>For a terminal.</summary>
    /// <param name="population">Who asked.</param>
    /// <param name="top">Entries of each list.</param>
    /// <param name="demands">What is looked up behind whom; null leaves it out.</param>
    public static string ToText(ObservedPopulation population, int top, ObservedDemands? demands = null)
    {
        if (population.IsEmpty)
        {
            return "Nothing was observed in this time. With `observing: {who: nobody}` nothing is kept.\n";
        }
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{population.From:HH:mm} to {population.To:HH:mm:ss}Z: {population.Queries:N0} queries, {population.QueriesPerSecond:N1} per second\n");
        text.Append(CultureInfo.InvariantCulture, $"about {population.Resolvers:N0} resolvers; {Part(population.Rows.Where(row => row.Asker.SubnetLength > 0).Sum(row => row.Queries), population)} of the queries name a client network, about {population.Subnets:N0} different ones\n");
        text.Append(CultureInfo.InvariantCulture, $"{Part(population.Rows.Sum(row => row.Queries), population)} of the queries by askers that are told apart; {population.Lost:N0} queries were not taken in\n");
        Table(text, "name", Names(population).Take(top), population);
        Table(text, "resolver", Resolvers(population).Take(top), population);
        if (population.Subnets > 0)
        {
            Table(text, "client network", Subnets(population).Take(top), population);
        }
        text.Append(demands is null ? "" : DemandOutput.ToText(demands, top));
        return text.ToString();
    }

    /// <summary>A name and type, or what stands for those that are not configured.</summary>
    internal static string NameOf(ObservedName? name) => name is null ? "(names that are not configured)"
        : name.Zone.Label.Length == 0 ? name.Owner.ToString()
        : $"{name.Owner} ({name.Zone})";

    private static IEnumerable<KeyValuePair<string, double>> Names(ObservedPopulation population) => population.Rows
        .Where(row => row.Name is not null)
        .Select(row => KeyValuePair.Create($"{NameOf(row.Name)} {row.Asker.Type}", row.Queries))
        .Concat(population.Rest.Select(pair => KeyValuePair.Create($"{NameOf(pair.Key)} (rest)", pair.Value)))
        .Append(KeyValuePair.Create(NameOf(null), population.OtherNames))
        .GroupBy(pair => pair.Key, (name, pairs) => KeyValuePair.Create(name, pairs.Sum(pair => pair.Value)))
        .Where(pair => pair.Value > 0)
        .OrderByDescending(pair => pair.Value);

    private static IEnumerable<KeyValuePair<string, double>> Resolvers(ObservedPopulation population) => population.Rows
        .GroupBy(row => (row.Asker.Resolver, row.Asker.ResolverLength), (key, rows) => KeyValuePair.Create(Asker.Text(key.Resolver, key.ResolverLength), rows.Sum(row => row.Queries)))
        .OrderByDescending(pair => pair.Value);

    private static IEnumerable<KeyValuePair<string, double>> Subnets(ObservedPopulation population) => population.Rows
        .Where(row => row.Asker.SubnetLength > 0)
        .GroupBy(row => (row.Asker.Subnet, row.Asker.SubnetLength), (key, rows) => KeyValuePair.Create(Asker.Text(key.Subnet, key.SubnetLength), rows.Sum(row => row.Queries)))
        .OrderByDescending(pair => pair.Value);

    private static void Table(StringBuilder text, string title, IEnumerable<KeyValuePair<string, double>> rows, ObservedPopulation population)
    {
        ImmutableArray<KeyValuePair<string, double>> shown = [.. rows];
        int width = shown.Select(row => row.Key.Length).Append(title.Length).Max();
        text.Append(CultureInfo.InvariantCulture, $"\n{title.PadRight(width)}  {"queries",12}  share\n");
        foreach ((string name, double queries) in shown)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name.PadRight(width)}  {queries,12:N0}  {Part(queries, population)}\n");
        }
    }

    private static JsonObject RowOf(ObservedRow row, ObservedPopulation population)
    {
        JsonObject found = new()
        {
            ["resolver"] = Asker.Text(row.Asker.Resolver, row.Asker.ResolverLength),
            ["name"] = row.Name?.Owner.ToString(),
            ["type"] = row.Asker.Type.ToString(),
            ["queries"] = Round(row.Queries),
            ["share"] = Share(row.Queries, population),
        };
        if (row.Asker.SubnetLength > 0)
        {
            found["network"] = Asker.Text(row.Asker.Subnet, row.Asker.SubnetLength);
        }
        return found;
    }

    private static JsonArray List(IEnumerable<KeyValuePair<string, double>> rows, string key, ObservedPopulation population) =>
        new([.. rows.Select(row => new JsonObject { [key] = row.Key, ["queries"] = Round(row.Value), ["share"] = Share(row.Value, population) })]);

    private static double Round(double value) => Math.Round(value, 1);

    private static double Share(double queries, ObservedPopulation population) => population.IsEmpty ? 0 : Math.Round(queries / population.Queries, 4);

    private static string Part(double queries, ObservedPopulation population) =>
        string.Create(CultureInfo.InvariantCulture, $"{(population.IsEmpty ? 0 : queries / population.Queries),6:P1}");
}
