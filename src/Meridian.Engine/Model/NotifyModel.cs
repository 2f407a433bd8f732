namespace Meridian.Engine.Model;

/// <summary>Whom to tell of health events, and in what form. Exactly one of <see cref="Url"/> and <see cref="Email"/> is set.</summary>
public sealed record NotifyModel
{
    public required string Name { get; init; }

    /// <summary>Where to post; http or https.</summary>
    public Uri? Url { get; init; }

    /// <summary>Whom to write to.</summary>
    public EmailModel? Email { get; init; }

    /// <summary>Of what is posted.</summary>
    public NotifyFormat Format { get; init; }

    /// <summary>What is posted or written instead, with places such as <c>{{cause}}</c>; null for the form of its own.</summary>
    public string? Template { get; init; }

    /// <summary>Header fields of a post, such as the key of a paging service; secrets.</summary>
    public ModelList<HeaderModel> Headers { get; init; }

    /// <summary>Signs what is posted; a secret. Null leaves it unsigned.</summary>
    public string? Secret { get; init; }

    /// <summary>The key of a paging service's integration; a secret. Null for other formats.</summary>
    public string? RoutingKey { get; init; }

    /// <summary>An event of the same kind about the same subject within this time is counted, and told with the next one; 0 to 1 d.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>A header field.</summary>
public sealed record HeaderModel(string Name, string Value);

/// <summary>Mail by a submission server (RFC 6409).</summary>
public sealed record EmailModel
{
    public required ModelList<string> To { get; init; }

    public required string From { get; init; }

    /// <summary>The server's name or address.</summary>
    public required string Host { get; init; }

    public int Port { get; init; } = 587;

    /// <summary>How the connection is made secure before anything is said.</summary>
    public MailSecurity Security { get; init; } = MailSecurity.StartTls;

    /// <summary>File with the certificates that are trusted instead of the system's, in PEM; null trusts the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>Who logs in; null does not.</summary>
    public string? User { get; init; }

    /// <summary>A secret.</summary>
    public string? Password { get; init; }
}

/// <summary>How the connection to a mail server is made secure.</summary>
public enum MailSecurity : byte
{
    /// <summary>Upgraded to TLS after the greeting (RFC 3207), as on port 587; a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>TLS from the first octet (RFC 8314 §3.3), as on port 465.</summary>
    ImplicitTls,

    /// <summary>In clear, for a relay on the same machine.</summary>
    None,
}

/// <summary>What is posted.</summary>
public enum NotifyFormat : byte
{
    /// <summary>The documented JSON with all evidence.</summary>
    Json,

    /// <summary>One text, as incoming webhooks of chat services take it.</summary>
    Chat,

    /// <summary>An event of the kind that paging services take (PagerDuty's Events API v2), resolved by the event that ends it.</summary>
    Paging,
}
