using System.Net;

namespace Meridian.Engine.Model;

/// <summary>This server as a vantage point: its name among others, and how it finds out that it sees nothing.</summary>
public sealed record VantageModel
{
    /// <summary>What monitors call it in <c>from</c>.</summary>
    public string Name { get; init; } = "local";

    /// <summary>What can be reached from here as long as the network works; empty never declares it blind.</summary>
    public ModelList<IPEndPoint> References { get; init; }
}

/// <summary>A vantage point elsewhere: <c>meridian probe</c> joins under this name.</summary>
public sealed record VantagePointModel
{
    public required string Name { get; init; }

    /// <summary>What it must present; 16 to 256 characters. A secret. Null when its certificate tells who it is.</summary>
    public string? Token { get; init; }

    /// <summary>SHA-256 of its client certificate, in upper-case hexadecimal; null when its token tells who it is.</summary>
    public string? Certificate { get; init; }

    /// <summary>What it can reach as long as its network works; empty never declares it blind.</summary>
    public ModelList<IPEndPoint> References { get; init; }
}

/// <summary>Where vantage points elsewhere deliver their votes.</summary>
public sealed record VoteListenModel
{
    public required IPEndPoint Address { get; init; }

    /// <summary>File with the server's certificate, chain and private key in PEM; null speaks HTTP/2 in clear, on loopback only.</summary>
    public string? CertificateFile { get; init; }
}
