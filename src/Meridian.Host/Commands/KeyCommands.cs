using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Spectre.Console;

namespace Meridian.Host.Commands;

/// <summary><c>meridian keys create|list|revoke</c></summary>
internal static class KeyCommands
{
    public static Command Create() => new("keys", "Make, list and revoke keys of the Route 53 API.") { CreateCreate(), CreateList(), CreateRevoke() };

    private static Command CreateCreate()
    {
        Option<Uri> url = CommandOptions.Url();
        Argument<string> name = new("name")
        {
            Description = "Who or what it is for; it stands as the author of every change made with it.",
            DefaultValueFactory = _ => "route53",
        };
        Option<string> role = new("--role") { Description = "What it may do.", Required = true, HelpName = string.Join('|', RoleWords.All) };
        Option<string[]> zones = new("--zone", "--zones")
        {
            Description = "A zone it is for, or *.NAME for the zones below; all zones when left out.",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int?> days = new("--days") { Description = "After how many days it ends; never when left out." };
        Option<bool> json = CommandOptions.Json();
        Command command = new("create", "Make a key. Its secret is shown once.") { name, role, zones, days, url, json };
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
            CreatedToken created = await client.CreateKeyAsync(wanted, cancellationToken);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(ApiCommand.ToJson(created));
                return;
            }
            // As the AWS tools read them: 'eval "$(meridian keys create …)"' sets the shell up.
            await output.WriteLineAsync($"export AWS_ACCESS_KEY_ID={created.Token.Id}\nexport AWS_SECRET_ACCESS_KEY={created.Secret}");
            await result.InvocationConfiguration.Error.WriteLineAsync(
                $"Key {created.Token.Id} for {created.Token.Name} ({created.Token.Role}, {Scope(created.Token)}, {End(created.Token)}). Its secret is not shown again.");
        }, cancellationToken));
        return command;
    }

    private static Command CreateList()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Command command = new("list", "Show all keys, without their secrets.") { url, json };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            ImmutableArray<Token> keys = await client.KeysAsync(cancellationToken);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(ApiCommand.ToJson(keys));
                return;
            }
            Table table = new Table().Border(TableBorder.Rounded).AddColumns("id", "name", "role", "zones", "created", "ends", "last used");
            foreach (Token token in keys)
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
        Argument<string> id = new("id") { Description = "The key's id." };
        Command command = new("revoke", "Revoke a key: it signs nothing any more.") { id, url };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            Token revoked = await client.RevokeKeyAsync(result.GetRequiredValue(id), cancellationToken);
            await output.WriteLineAsync($"Key {revoked.Id} of {revoked.Name} is revoked.");
        }, cancellationToken));
        return command;
    }

    private static string Scope(Token token) => token.Zones.IsDefaultOrEmpty ? "all zones" : string.Join(", ", token.Zones);

    private static string End(Token token) => token.ExpiresAt is { } end ? (token.IsExpired ? "ended " : "until ") + Time(end) : "no end";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
