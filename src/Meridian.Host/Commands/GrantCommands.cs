using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Meridian.Client;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Spectre.Console;

namespace Meridian.Host.Commands;

/// <summary>What <c>meridian tokens</c> and <c>meridian keys</c> have in common: make, list and revoke what lets somebody use an API.</summary>
internal static class GrantCommands
{
    /// <summary>The command that makes one.</summary>
    /// <param name="description">Of the command.</param>
    /// <param name="name">Who or what it is for.</param>
    /// <param name="zones">The zones it is for.</param>
    /// <param name="make">Asks the server.</param>
    /// <param name="show">What is printed, and what is said beside it.</param>
    public static Command CreateCreate(
        string description,
        Argument<string> name,
        Option<string[]> zones,
        Func<MeridianClient, NewToken, CancellationToken, Task<CreatedToken>> make,
        Func<CreatedToken, (string Output, string Remark)> show)
    {
        Option<Uri> url = CommandOptions.Url();
        Option<string> role = new("--role") { Description = "What it may do.", Required = true, HelpName = string.Join('|', RoleWords.All) };
        Option<int?> days = new("--days") { Description = "After how many days it ends; never when left out." };
        Option<bool> json = CommandOptions.Json();
        name.Description = "Who or what it is for; it stands as the author of every change made with it.";
        zones.Description = "A zone it is for, or *.NAME for the zones below; all zones when left out.";
        Command command = new("create", description) { name, role, zones, days, url, json };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            NewToken wanted = new()
            {
                Name = result.GetRequiredValue(name),
                Role = result.GetRequiredValue(role),
                Zones = [.. result.GetValue(zones) ?? []],
                ExpiresAt = result.GetValue(days) is { } count ? TimeProvider.System.GetUtcNow().AddDays(count) : null,
            };
            CreatedToken created = await make(client, wanted, cancellationToken);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(ApiCommand.ToJson(created));
                return;
            }
            (string text, string remark) = show(created);
            await output.WriteLineAsync(text);
            await result.InvocationConfiguration.Error.WriteLineAsync(remark);
        }, cancellationToken));
        return command;
    }

    /// <summary>The command that lists them.</summary>
    public static Command CreateList(string description, Func<MeridianClient, CancellationToken, Task<ImmutableArray<Token>>> read)
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Command command = new("list", description) { url, json };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            ImmutableArray<Token> grants = await read(client, cancellationToken);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(ApiCommand.ToJson(grants));
                return;
            }
            Table table = new Table().Border(TableBorder.Rounded).AddColumns("id", "name", "role", "zones", "created", "ends", "last used");
            foreach (Token grant in grants)
            {
                string used = grant.LastUsedAt is { } at ? $"{Time(at)} from {grant.LastUsedFrom}" : "never";
                string end = grant.IsExpired ? $"[red]{End(grant).EscapeMarkup()}[/]" : End(grant).EscapeMarkup();
                table.AddRow(
                    grant.Id.EscapeMarkup(), grant.Name.EscapeMarkup(), grant.Role, Scope(grant).EscapeMarkup(),
                    $"{Time(grant.CreatedAt)} by {grant.CreatedBy}".EscapeMarkup(), end, used.EscapeMarkup());
            }
            Terminal.Open(output).Write(table);
        }, cancellationToken));
        return command;
    }

    /// <summary>The command that revokes one.</summary>
    /// <param name="description">Of the command.</param>
    /// <param name="id">Which.</param>
    /// <param name="revoke">Asks the server.</param>
    /// <param name="noun">What one is called.</param>
    public static Command CreateRevoke(
        string description, Argument<string> id, Func<MeridianClient, string, CancellationToken, Task<Token>> revoke, string noun)
    {
        Option<Uri> url = CommandOptions.Url();
        Command command = new("revoke", description) { id, url };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            Token revoked = await revoke(client, result.GetRequiredValue(id), cancellationToken);
            await output.WriteLineAsync($"{noun} {revoked.Id} of {revoked.Name} is revoked.");
        }, cancellationToken));
        return command;
    }

    /// <summary><c>editor, all zones, no end</c>: what a grant allows, and until when.</summary>
    public static string Describe(Token grant) => $"{grant.Role}, {Scope(grant)}, {End(grant)}";

    private static string Scope(Token grant) => grant.Zones.IsDefaultOrEmpty ? "all zones" : string.Join(", ", grant.Zones);

    private static string End(Token grant) => grant.ExpiresAt is { } end ? (grant.IsExpired ? "ended " : "until ") + Time(end) : "no end";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
