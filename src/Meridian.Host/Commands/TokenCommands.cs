using System.CommandLine;
using Meridian.Control.Access;

namespace Meridian.Host.Commands;

/// <summary><c>meridian tokens create|list|revoke</c></summary>
internal static class TokenCommands
{
    public static Command Create() => new("tokens", "Make, list and revoke tokens of the API.")
    {
        GrantCommands.CreateCreate(
            "Make a token. It is shown once.",
            new Argument<string>("name"),
            new Option<string[]>("--zone"),
            (client, wanted, cancellationToken) => client.CreateTokenAsync(wanted, cancellationToken),
            // The secret alone on standard output: it can be piped into a file or a vault.
            created => (created.Secret, $"Token {created.Token.Id} for {created.Token.Name} ({GrantCommands.Describe(created.Token)}). It is not shown again.")),
        GrantCommands.CreateList("Show all tokens, without their secrets.", (client, cancellationToken) => client.TokensAsync(cancellationToken)),
        GrantCommands.CreateRevoke(
            "Revoke a token: it opens nothing any more.",
            new Argument<string>("id") { Description = "The token's id, or the whole token." },
            (client, given, cancellationToken) => client.RevokeTokenAsync(TokenText.TryParse(given, out string? id, out _) ? id : given, cancellationToken),
            "Token"),
    };
}
