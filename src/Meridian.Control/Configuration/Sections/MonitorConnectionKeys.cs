using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>The keys of a monitor that say how to connect.</summary>
internal static class MonitorConnectionKeys
{
    public static readonly SchemaKey<IPAddress?> Source = new(
        "source", new AddressValue(), null, "The address of this server that probes come from.")
    {
        DefaultText = "the system's choice",
    };

    public static readonly SchemaKey<string?> Authority = new(
        "ca", new TextValue("the path of a PEM file", "ca.pem"), null, "Certificates that are trusted instead of the system's.");

    public static readonly SchemaKey<string?> ClientCertificate = new(
        "client-certificate",
        new TextValue("the path of a PEM file", "probe.pem"),
        null,
        "Certificate, chain and private key that are shown to the member. Read again when the file changes.");

    public static readonly SchemaKey<int> MinDays = new(
        "min-days-left",
        new IntegerValue(0, 825),
        0,
        "A certificate that is valid for fewer days than this means down; 0 looks at the expiry alone.");

    public static readonly SchemaKey[] All = [Source, Authority, ClientCertificate, MinDays];

    public static MonitorModel Read(MapReader map, MonitorModel monitor) => monitor with
    {
        SourceAddress = map.Read(Source),
        CertificateAuthorityFile = ReadAuthority(map),
        ClientCertificateFile = ReadFile(map, ClientCertificate, text =>
        {
            using X509Certificate2 found = X509Certificate2.CreateFromPem(text, text);
            return null;
        }),
        MinCertificateDays = map.Read(MinDays),
    };

    /// <summary>The path of the file of <see cref="Authority"/>, which has certificates in it; null when it is not written.</summary>
    public static string? ReadAuthority(MapReader map) => ReadFile(map, Authority, text =>
    {
        X509Certificate2Collection found = [];
        found.ImportFromPem(text);
        return found.Count == 0 ? "there is no certificate in it" : null;
    });

    private static string? ReadFile(MapReader map, SchemaKey<string?> key, Func<string, string?> check)
    {
        if (!map.TryRead(key, out string? written))
        {
            return null;
        }
        string path = map.Context.ResolvePath(map.PositionOf(key), written ?? "");
        string? problem;
        try
        {
            // Not one of the documents: a private key must not go into the copy of the last good configuration.
            FileReadStatus status = map.Context.Documents.TryPeek(path, out string text);
            problem = status == FileReadStatus.Read ? check(text) : $"the file is {status.ToString().ToLowerInvariant()}";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problem = e.Message.TrimEnd('.');
        }
        if (problem is not null)
        {
            map.Error(key, $"'{path}' cannot be used: {problem}");
        }
        return path;
    }
}
