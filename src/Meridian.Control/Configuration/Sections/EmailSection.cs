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

    private static readonly SchemaKey<int> Port = new("port", new IntegerValue(1, 65535), 587, "Its port.");

    private static readonly SchemaKey<bool> StartTls = new(
        "starttls",
        new BooleanValue(),
        true,
        "Upgrade the connection to TLS before anything is said, with a certificate that the system trusts for `server`; without it nothing is sent. "
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
        Keys = [Server, Port, StartTls, To, From, User, Password],
    };

    public static EmailModel? Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map || map.Read(Server) is not { } server || map.Read(From) is not { } from)
        {
            return null;
        }
        EmailModel email = new()
        {
            Host = server,
            Port = map.Read(Port),
            IsTls = map.Read(StartTls),
            To = new ModelList<string>([.. map.Read(To).OfType<string>()]),
            From = from,
            User = map.Read(User),
            Password = SecretFile.Read(map, Password),
        };
        if (map.Has(User) != map.Has(Password))
        {
            map.Error(map.Has(User) ? User : Password, "user and password-file belong together");
        }
        if (email is { IsTls: false, User: not null })
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
