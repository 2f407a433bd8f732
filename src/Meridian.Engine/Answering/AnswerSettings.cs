using System.Collections.Immutable;
using System.Text;
using Meridian.Engine.Answering.Cookies;
using Meridian.Engine.Answering.Limiting;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Answering;

/// <summary>An <see cref="AnsweringModel"/> ready to answer with. Immutable, part of the snapshot.</summary>
internal sealed class AnswerSettings
{
    private readonly NetworkPrefix[] _decisionClients;

    private AnswerSettings(AnsweringModel model, bool hasKeys)
    {
        HasKeys = hasKeys;
        NameServerId = model.NameServerId is { } id ? Encoding.UTF8.GetBytes(id) : [];
        Identity = CharacterString(model.Identity);
        Version = CharacterString(model.Version);
        FollowsAcrossZones = model.FollowsAcrossZones;
        IsMinimal = model.IsMinimal;
        AreCookiesEnabled = model.Cookies.IsEnabled;
        IsCookieRequired = model.Cookies.IsRequired;
        Cookies = new ServerCookies(SecretsOf(model.Cookies));
        HasSecrets = !model.Cookies.Secrets.IsEmpty;
        UnverifiedPayloadSize = model.UnverifiedPayloadSize ?? int.MaxValue;
        Amplification = model.Amplification ?? 0;
        _decisionClients = [.. model.DecisionIdClients.Select(NetworkPrefix.From)];
        RateLimit = model.RateLimit is { } limit ? RateLimitSettings.Compile(limit) : null;
    }

    /// <summary>What answers while nothing is loaded.</summary>
    public static AnswerSettings Default { get; } = new(new AnsweringModel(), hasKeys: false);

    /// <summary>NSID (RFC 5001); empty for none.</summary>
    public byte[] NameServerId { get; }

    /// <summary>TXT RDATA for id.server; empty refuses.</summary>
    public byte[] Identity { get; }

    /// <summary>TXT RDATA for version.server; empty refuses.</summary>
    public byte[] Version { get; }

    public bool FollowsAcrossZones { get; }

    /// <summary>Only what a referral needs, and the addresses of name servers, go along with answers.</summary>
    public bool IsMinimal { get; }

    public bool AreCookiesEnabled { get; }

    public bool IsCookieRequired { get; }

    /// <summary>Whether <see cref="Cookies"/> has secrets that were configured.</summary>
    public bool HasSecrets { get; }

    public ServerCookies Cookies { get; }

    /// <summary>Octets; <see cref="int.MaxValue"/> for no bound of its own.</summary>
    public int UnverifiedPayloadSize { get; }

    /// <summary>Multiple of the query's octets; 0 for no bound.</summary>
    public int Amplification { get; }

    /// <summary>Null limits nothing.</summary>
    public RateLimitSettings? RateLimit { get; }

    /// <summary>
    /// Whether there are keys to check signatures with: signed messages, and with them updates, are then not answered in place.
    /// </summary>
    public bool HasKeys { get; }

    public static AnswerSettings Compile(MeridianModel model) => new(model.Answering, !model.UpdateKeys.IsEmpty);

    /// <summary>Whether a client that asks may know which decision was made for it.</summary>
    public bool TellsDecisions(in ClientInfo client)
    {
        foreach (ref readonly NetworkPrefix network in _decisionClients.AsSpan())
        {
            if (network.IsIPv4 == client.Address.IsIPv4 && client.Address.Mask(network.Length) == network.First)
            {
                return true;
            }
        }
        return false;
    }

    private static ImmutableArray<CookieSecret> SecretsOf(CookieModel cookies)
    {
        ImmutableArray<CookieSecret>.Builder secrets = ImmutableArray.CreateBuilder<CookieSecret>();
        foreach (ReadOnlyMemory<byte> octets in cookies.Secrets)
        {
            // The front end has checked their length.
            if (CookieSecret.TryCreate(octets.Span, out CookieSecret secret))
            {
                secrets.Add(secret);
            }
        }
        return secrets.ToImmutable();
    }

    private static byte[] CharacterString(string? text)
    {
        if (text is null)
        {
            return [];
        }
        byte[] octets = Encoding.UTF8.GetBytes(text);
        return [(byte)octets.Length, .. octets];
    }
}
