namespace Meridian.Engine.Model;

/// <summary>What the HTTP endpoint lets people do. Tokens are not configuration: they are made and revoked while it runs.</summary>
public sealed record AccessModel
{
    /// <summary>What a request from the server's own machine may do without a token.</summary>
    public LocalAccess Local { get; init; } = LocalAccess.Viewer;
}

/// <summary>What can be done without a token.</summary>
public enum LocalAccess
{
    None,
    Viewer,
    Operator,
    Editor,
    Admin,
}

/// <summary>TLS of the HTTP endpoint.</summary>
/// <param name="CertificatePath">A PEM file: the certificate, then its chain.</param>
/// <param name="KeyPath">A PEM file: the certificate's private key.</param>
public sealed record HttpTlsModel(string CertificatePath, string KeyPath);
