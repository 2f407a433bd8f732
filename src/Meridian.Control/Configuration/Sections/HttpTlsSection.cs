using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>http-tls</c> of <c>listen</c>.</summary>
internal static class HttpTlsSection
{
    private static readonly SchemaKey<string?> Certificate = new(
        "certificate",
        new TextValue("the path of a file", "/etc/meridian/tls.pem"),
        null,
        "PEM: the certificate, then the intermediate ones.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<string?> Key = new(
        "key", new TextValue("the path of a file", "/etc/meridian/tls.key"), null, "PEM: its private key, not encrypted.")
    {
        IsRequired = true,
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "listen.http-tls",
        Summary = "TLS 1.2 and 1.3 with HTTP/2 for the HTTP endpoint. The files are read again when they change.",
        Keys = [Certificate, Key],
        Example = "listen: {http: \"192.0.2.53:8053\", http-tls: {certificate: tls.pem, key: tls.key}}",
    };

    public static HttpTlsModel? Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map
            || map.Read(Certificate) is not { } certificate || map.Read(Key) is not { } key)
        {
            return null;
        }
        return new HttpTlsModel(
            map.Context.ResolvePath(map.PositionOf(Certificate), certificate), map.Context.ResolvePath(map.PositionOf(Key), key));
    }
}
