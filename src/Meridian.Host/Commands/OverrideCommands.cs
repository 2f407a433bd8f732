using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Client;
using Meridian.Client.Wire;
using Meridian.Control.Configuration.Reading.Values;
using Spectre.Console;

namespace Meridian.Host.Commands;

/// <summary><c>meridian drain</c>, <c>force</c>, <c>undrain</c> and <c>overrides</c>: an operator's word over health.</summary>
internal static class OverrideCommands
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private static readonly string[] ListedKeys = ["state", "from", "until", "reason", "author"];

    public static Command CreateDrain() => Create("drain", "draining", "Take members out of answers; whoever has them in a cache stays until its TTL ends.", isBounded: false);

    public static Command CreateForce() => new("force", "Say what members are, whatever the checks say.")
    {
        Create("up", "up", "Count members as up, whatever the checks say.", isBounded: false),
        Create("down", "down", "Count members as down, whatever the checks say; never served, not even when failing open.", isBounded: false),
        Create("maintenance", "draining", "Take members out of answers for a window of time; it begins and ends by itself.", isBounded: true),
    };

    public static Command CreateUndrain()
    {
        Argument<OverrideTargetArgument> target = OverrideTargetArgument.Create();
        Option<Uri> url = CommandOptions.Url();
        Option<string> reason = new("--reason") { Description = "Why; kept with the change." };
        Command command = new("undrain", "Take back drain, force and maintenance: health decides again.") { target, reason, url };
        command.Aliases.Add("unforce");
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(
            result,
            result.GetRequiredValue(url),
            (client, output) => TakeBackAsync(client, result.GetRequiredValue(target), result.GetValue(reason), output, cancellationToken),
            cancellationToken));
        return command;
    }

    public static Command CreateOverrides()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Command command = new("overrides", "List what operators say over health: drains, forced states, maintenance windows.") { url, json };
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            List<Document> all = await client.ListAsync(Collections.Overrides, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
            if (result.GetValue(json))
            {
                await output.WriteLineAsync(ApiCommand.ToJson(all));
                return;
            }
            IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
            Table table = new Table().Border(TableBorder.Rounded).AddColumns("name", "target", "state", "from", "until", "reason", "author");
            foreach (Document document in all)
            {
                table.AddRow([.. Cells(document).Select(Markup.Escape)]);
            }
            console.Write(table);
        }, cancellationToken));
        return command;
    }

    private static Command Create(string word, string state, string description, bool isBounded)
    {
        Argument<OverrideTargetArgument> target = OverrideTargetArgument.Create();
        Option<Uri> url = CommandOptions.Url();
        Option<string> reason = new("--reason") { Description = "Why; shown wherever the state is.", Required = true };
        Option<string> author = new("--by") { Description = "Who.", DefaultValueFactory = _ => Environment.UserName };
        Option<DateTimeOffset?> from = Instant("--from", "When it begins; at once when left out.");
        Option<DateTimeOffset?> until = Instant("--until", "When it ends by itself; with neither this nor --for it does not.");
        Option<TimeSpan?> length = new("--for")
        {
            Description = "How long it lasts, such as 2h; from --from, or from now.",
            HelpName = "DURATION",
            CustomParser = result => Read<TimeSpan>(result, text => DurationText.TryParse(text, out TimeSpan value) && value > TimeSpan.Zero ? value : null, "a duration, such as 90m or 2h"),
        };
        Command command = new(word, description) { target, reason, author, from, until, length, url };
        command.Validators.Add(result =>
        {
            bool hasUntil = result.GetResult(until) is { Implicit: false };
            bool hasLength = result.GetResult(length) is { Implicit: false };
            if (hasUntil && hasLength)
            {
                result.AddError("--until and --for say the same: give one of them.");
            }
            else if (isBounded && !hasUntil && !hasLength)
            {
                result.AddError("A maintenance window ends: give --until or --for.");
            }
        });
        command.SetAction((result, cancellationToken) => ApiCommand.RunAsync(result, result.GetRequiredValue(url), async (client, output) =>
        {
            DateTimeOffset? begin = result.GetValue(from);
            DateTimeOffset? end = result.GetValue(until)
                ?? (result.GetValue(length) is { } time ? (begin ?? TimeProvider.System.GetUtcNow()) + time : null);
            Wish wish = new(word, state, result.GetRequiredValue(target), begin, end, result.GetRequiredValue(reason), result.GetRequiredValue(author));
            await SayAsync(client, wish, output, cancellationToken);
        }, cancellationToken));
        return command;
    }

    private static async Task SayAsync(MeridianClient client, Wish wish, TextWriter output, CancellationToken cancellationToken)
    {
        JsonObject body = new()
        {
            ["target"] = wish.Target.ToJson(),
            ["state"] = wish.State,
            ["reason"] = wish.Reason,
            ["author"] = wish.Author,
        };
        if (wish.From is { } from)
        {
            body["from"] = Format(from);
        }
        if (wish.Until is { } until)
        {
            body["until"] = Format(until);
        }
        string name = wish.Target.ToName(wish.Word);
        ChangeOptions options = new() { Wait = true, Message = $"{wish.Word} {wish.Target}", Reason = wish.Reason };
        await client.PutAsync(Collections.Overrides, name, JsonSerializer.SerializeToElement(body), options, cancellationToken);
        string begin = wish.From is { } start ? $"from {Format(start)}" : "now";
        string end = wish.Until is { } stop ? $"until {Format(stop)}" : "until 'meridian undrain'";
        await output.WriteLineAsync($"{char.ToUpperInvariant(wish.Target.ToString()[0])}{wish.Target.ToString()[1..]}: {wish.State} {begin}, {end} (override {name})");
    }

    private static async Task TakeBackAsync(
        MeridianClient client, OverrideTargetArgument target, string? reason, TextWriter output, CancellationToken cancellationToken)
    {
        List<string> names = [];
        await foreach (Document document in client.ListAsync(Collections.Overrides, cancellationToken: cancellationToken))
        {
            if (target.IsSame(JsonNode.Parse(document.Body.GetRawText())?["target"]))
            {
                names.Add(document.Name);
            }
        }
        foreach (string name in names)
        {
            ChangeOptions options = new() { Wait = true, Message = $"undrain {target}", Reason = reason };
            await client.DeleteAsync(Collections.Overrides, name, options, cancellationToken);
        }
        await output.WriteLineAsync(names.Count == 0
            ? $"There is no override about {target}; 'meridian overrides' lists all."
            : $"Health decides again about {target} ({string.Join(", ", names)} taken back).");
    }

    private static string[] Cells(Document document)
    {
        JsonNode? body = JsonNode.Parse(document.Body.GetRawText());
        string target = string.Join(", ", (body?["target"] as JsonObject ?? []).Select(part => $"{part.Key} {part.Value}"));
        return [document.Name, target, .. ListedKeys.Select(key => body?[key]?.ToString() ?? "")];
    }

    private static Option<DateTimeOffset?> Instant(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Read<DateTimeOffset>(
            result,
            text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset value)
                ? value
                : null,
            "a time, such as 2026-12-01T22:00Z (UTC unless it says otherwise)"),
    };

    private static T? Read<T>(ArgumentResult result, Func<string, T?> parse, string expected)
        where T : struct
    {
        string text = result.Tokens.Single().Value;
        T? value = parse(text);
        if (value is null)
        {
            result.AddError($"'{text}' is not {expected}.");
        }
        return value;
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);

    private sealed record Wish(
        string Word, string State, OverrideTargetArgument Target, DateTimeOffset? From, DateTimeOffset? Until, string Reason, string Author);
}
