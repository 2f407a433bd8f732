using System.CommandLine;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Spectre.Console;

namespace Meridian.Host.Commands;

/// <summary><c>meridian tokens create|list|revoke</c></summary>
internal static class TokenCommands
{
    public static Command Create() => new("tokens", "Make, list and revoke tokens of the API.") { CreateCreate(), CreateList(), CreateRevoke() };

    private static Command CreateCreate()
    {
        Option<Uri> url = CommandOptions.Url();
        Argument<string> name = new("name") { Description = "Who or what it is for; it stands as the author of every change made with it." };
        Option<string> role = new("--role") { Description = "What it may do.", Required = true, HelpName = string.Join('|', RoleWords.All) };
        Option<string[]> zones = new("--zone") { Description = "A zone it is for, or *.NAME for the zones below; all zones when left out." };
        Option<int?> days = new("--days") { Description = "After how many days it ends; never when left out." };
        Option<bool> json = CommandOptions.Json();
        Command command = new("create", "Make a token. It is shown once.") { name, role, zones, days, url, json };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            DateTimeOffset? end = result.GetValue(days) is { } count ? TimeProvider.System.GetUtcNow().AddDays(count) : null;
            NewToken wanted = new()
            {
                Name = result.GetRequiredValue(name),
                Role = result.GetRequiredValue(role),
                Zones = [.. result.GetValue(zones) ?? []],
                ExpiresAt = end,
            };
            CreatedToken created = await client.CreateTokenAsync(wanted, cancellationToken);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(ApiCommand.ToJson(created));
                return;
            }
            // The secret alone on standard output: it can be piped into a file or a vault.
            await output.WriteLineAsync(created.Secret);
            await result.InvocationConfiguration.Error.WriteLineAsync(
                $"Token {created.Token.Id} for {created.Token.Name} ({created.Token.Role}, {Scope(created.Token)}, {End(created.Token)}). It is not shown again.");
        }, cancellationToken));
        return command;
    }

    private static Command CreateList()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Command command = new("list", "Show all tokens, without their secrets.") { url, json };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            var tokens = await client.TokensAsync(cancellationToken);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(ApiCommand.ToJson(tokens));
                return;
            }
            Table table = new Table().Border(TableBorder.Rounded).AddColumns("id", "name", "role", "zones", "created", "ends", "last used");
            foreach (Token token in tokens)
            {
                string used = token.LastUsedAt is { } at ? $"{Time(at)} from {token.LastUsedFrom}" : "never";
                string end = token.IsExpired ? $"[red]{End(token).EscapeMarkup()}[/]" : End(token).EscapeMarkup();
                table.AddRow(
                    token.Id.EscapeMarkup(), token.Name.EscapeMarkup(), token.Role, Scope(token).EscapeMarkup(),
                    $"{Time(token.CreatedAt)} by {token.CreatedBy}".EscapeMarkup(), end, used.EscapeMarkup());
            }
            Terminal.Open(output).Write(table);
        }, cancellationToken));
        return command;
    }

    private static Command CreateRevoke()
    {
        Option<Uri> url = CommandOptions.Url();
        Argument<string> id = new("id") { Description = "The token's id, or the whole token." };
        Command command = new("revoke", "Revoke a token: it opens nothing any more.") { id, url };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            string given = result.GetRequiredValue(id);
            Token revoked = await client.RevokeTokenAsync(TokenText.TryParse(given, out string? read, out _) ? read : given, cancellationToken);
            await output.WriteLineAsync($"Token {revoked.Id} of {revoked.Name} is revoked.");
        }, cancellationToken));
        return command;
    }

    private static string Scope(Token token) => token.Zones.IsDefaultOrEmpty ? "all zones" : string.Join(", ", token.Zones);

    private static string End(Token token) => token.ExpiresAt is { } end ? (token.IsExpired ? "ended " : "until ") + Time(end) : "no end";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
