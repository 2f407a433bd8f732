using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>notify.&lt;name&gt;.email</c>.</summary>
internal static partial class EmailSection
{
    private static readonly TextValue Mailbox = new("a mail address", "ops@example.com", MailAddress());

    private static readonly SchemaKey<string?> Server = new(
        "server", new TextValue("a host name or address", "mail.example.com", HostName()), null, "The submission server (RFC 6409).")
    { IsRequired = true };

    private const int ImplicitTlsPort = 465;
    private const int SubmissionPort = 587;

    private static readonly SchemaKey<int?> Port = new("port", new OptionalValue<int>(new IntegerValue(1, 65535)), null, "Its port.")
    {
        DefaultText = "587, or 465 with `implicit-tls`",
    };

    private static readonly SchemaKey<bool?> ImplicitTls = new(
        "implicit-tls",
        new OptionalValue<bool>(new BooleanValue()),
        null,
        "TLS from the first octet (RFC 8314) instead of `starttls`, with the same check of the certificate.")
    {
        DefaultText = "`true` for port 465, else `false`",
    };

    private static readonly SchemaKey<string?> Authority = MonitorConnectionKeys.Authority;

    private static readonly SchemaKey<bool> StartTls = new(
        "starttls",
        new BooleanValue(),
        true,
        "Upgrade the connection to TLS before anything is said, with a certificate that is trusted for `server`; without it nothing is sent. "
            + "`false` is for a relay on the same machine.");

    private static readonly SchemaKey<ImmutableArray<string?>> To = new(
        "to", new ListValue<string?>(Mailbox, "mail addresses"), [], "Whom to write to.")
    { IsRequired = true };

    private static readonly SchemaKey<string?> From = new("from", Mailbox, null, "Who writes.") { IsRequired = true };

    private static readonly SchemaKey<string?> User = new("user", new TextValue("a text", "meridian"), null, "Who logs in.") { DefaultText = "nobody" };

    private static readonly SchemaKey<string?> Password = new(
        "password-file", new TextValue("the path of a file", "mail.secret"), null, "A file with the password of `user`.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "notify.<name>.email",
        Summary = "Mail, one message per event.",
        Keys = [Server, Port, StartTls, ImplicitTls, Authority, To, From, User, Password],
    };

    public static EmailModel? Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map || map.Read(Server) is not { } server || map.Read(From) is not { } from)
        {
            return null;
        }
        bool? isAskedFor = map.Read(ImplicitTls);
        int port = map.Read(Port) ?? (isAskedFor == true ? ImplicitTlsPort : SubmissionPort);
        bool isImplicit = isAskedFor ?? (port == ImplicitTlsPort && !map.Has(StartTls));
        EmailModel email = new()
        {
            Host = server,
            Port = port,
            Security = isImplicit ? MailSecurity.ImplicitTls : map.Read(StartTls) ? MailSecurity.StartTls : MailSecurity.None,
            CertificateAuthorityFile = MonitorConnectionKeys.ReadAuthority(map),
            To = new ModelList<string>([.. map.Read(To).OfType<string>()]),
            From = from,
            User = map.Read(User),
            Password = SecretFile.Read(map, Password),
        };
        if (map.Has(User) != map.Has(Password))
        {
            map.Error(map.Has(User) ? User : Password, "user and password-file belong together");
        }
        if (isAskedFor == true && map.Has(StartTls))
        {
            map.Error(StartTls, "TLS from the first octet or STARTTLS: leave out one of implicit-tls and starttls");
        }
        if (email is { Security: MailSecurity.None, User: not null })
        {
            map.Error(StartTls, "a password is not sent in clear: leave starttls on, or user out");
        }
        return email;
    }

    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MailAddress();

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,253}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();
}
