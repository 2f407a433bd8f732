using System.Globalization;

namespace Meridian.Host.Lab;

/// <summary>Every lookup of an experiment as comma-separated values (RFC 4180), for whoever wants to count again.</summary>
internal static class LabSampleFile
{
    private const string Header = "seconds_from_event,mix,kind,resolver,ttl,name,client,answer,served";

    /// <summary>Writes the lookups in the order in which they ended.</summary>
    public static async Task WriteAsync(string path, LabResult result, CancellationToken cancellationToken)
    {
        await using StreamWriter file = new(path);
        await file.WriteAsync($"{Header}\r\n".AsMemory(), cancellationToken);
        Dictionary<LabStream, int> clients = new(ReferenceEqualityComparer.Instance);
        foreach (LabSample sample in result.Samples)
        {
            clients.TryAdd(sample.Stream, clients.Count);
            await file.WriteAsync(Line(result, sample, clients[sample.Stream]).AsMemory(), cancellationToken);
        }
    }

    private static string Line(LabResult result, LabSample sample, int client)
    {
        LabOptions options = result.Options;
        LabStream stream = sample.Stream;
        string whose = stream.IsAuthority
            ? string.Create(CultureInfo.InvariantCulture, $",authority,,{options.SettingsTtl},0")
            : string.Create(CultureInfo.InvariantCulture, $"{stream.Mix},{options.Mixes[stream.Mix].Parts[stream.Part].Kind.Name},{stream.Instance},{options.Ttls[stream.TtlIndex]},{stream.Number}");
        return string.Create(CultureInfo.InvariantCulture, $"{sample.At - result.EventAt:0.000},{whose},{client},{sample.Address},{(sample.IsServed ? 1 : 0)}\r\n");
    }
}
