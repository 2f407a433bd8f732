using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Dns.ZoneFiles;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Tests.Support;

/// <summary>Data planes from master file text, for tests that are best read beside their zone.</summary>
internal static class TextZones
{
    /// <summary>What every negative answer of these zones carries, under the apex given.</summary>
    public static string Soa(string apex) => $"NS {apex} 60 SOA ns1.{apex} hostmaster.{apex} 1 7200 900 1209600 60";

    /// <summary>One zone.</summary>
    public static DataPlane Serve(string apex, string text) => Add(new ModelBuilder(), apex, text).Serve();

    /// <summary>Adds a zone; records without a TTL get 300.</summary>
    public static ModelBuilder Add(this ModelBuilder builder, string apex, string text)
    {
        DomainName origin = DomainName.Parse(apex);
        ZoneFileResult result = ZoneFileScanner.Scan(
            new ZoneFileText("zone", "$TTL 300\n" + text), origin);
        Assert.Empty(result.Errors);
        IEnumerable<RRsetModel> rrsets = result.Records
            .Select(record => record.Record)
            .GroupBy(record => (record.Owner, record.Type))
            .Select(rrset => new RRsetModel
            {
                Owner = rrset.Key.Owner,
                Type = rrset.Key.Type,
                TtlSeconds = rrset.First().TtlSeconds,
                Rdata = [.. rrset.Select(record => record.Rdata)],
            });
        return builder.Zone(apex, [.. rrsets]);
    }

    /// <summary>Asks without EDNS and compares the whole answer.</summary>
    public static void AssertAnswer(this TestClient client, string name, RecordType type, params string[] lines) =>
        Assert.Equal(lines, Lines(client.Text(name, type)));

    /// <summary>The answer's lines; the first is the response code and what of AA and TC is set.</summary>
    private static string[] Lines(string text)
    {
        string[] lines = text.Split('\n');
        string[] words = lines[0].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        string status = words[0]
            + (words.Contains("AuthoritativeAnswer") ? " aa" : "")
            + (words.Contains("Truncated") ? " tc" : "");
        return [status, .. lines[1..]];
    }
}
