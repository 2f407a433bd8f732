using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Meridian.Client.Wire;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Host.Status;

namespace Meridian.Host.Commands.Changes;

/// <summary><c>meridian change</c></summary>
internal static class PlannedCommands
{
    public static Command Create() => new("change", "Make changes at a time, with the TTL lowered ahead and restored after.")
    {
        CreatePlan(), CreateList(), CreateCancel(),
    };

    private static Command CreatePlan()
    {
        Argument<string> name = new("name") { Description = "The name whose TTL is lowered ahead.", HelpName = "NAME" };
        Option<string> at = new("--at") { Description = "When the change is made: a time such as 2026-11-21T02:00Z, or a span from now such as +2h.", HelpName = "TIME", Required = true };
        Option<string?> config = new("--config") { Description = "Make these files the configuration then, as 'meridian apply' does.", HelpName = "PATH" };
        Option<string[]> put = new("--put") { Description = "Put this document then, such as policy/www='{\"pool\": \"new\"}'; may be given several times.", HelpName = "KIND/NAME=JSON" };
        Option<string> ttl = new("--ttl") { Description = "The TTL around the change.", HelpName = "30s", DefaultValueFactory = _ => "30s" };
        Option<string?> tail = new("--tail") { Description = "How much longer than their TTL caches keep answers; what was measured, unless given.", HelpName = "DURATION" };
        Option<string?> verify = new("--verify") { Description = "How long the change is watched before the TTL is restored.", HelpName = "DURATION" };
        Option<string[]> guard = new("--guard") { Description = "A monitor that takes the change back when it says down; may be given several times.", HelpName = "MONITOR" };
        Option<bool> force = new("--force") { Description = "Make the change at its time even where caches may hold the old TTL then." };
        Option<string> message = ChangeRequest.Message();
        Option<string> reason = ChangeRequest.Reason();
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("plan", "Lower a name's TTL ahead of a change, make the change at its time, watch it, and restore the TTL.")
        {
            name, at, config, put, ttl, tail, verify, guard, force, message, reason, url,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            InvocationConfiguration streams = result.InvocationConfiguration;
            string owner = result.GetRequiredValue(name);
            if (TimeOf(result.GetRequiredValue(at)) is not { } when)
            {
                await streams.Error.WriteLineAsync($"'{result.GetValue(at)}' is no time: write 2026-11-21T02:00Z, or +2h for two hours from now.");
                return ExitCodes.Usage;
            }
            if (!TryReadSpan(result.GetValue(ttl), out double? low) || !TryReadSpan(result.GetValue(tail), out double? after) || !TryReadSpan(result.GetValue(verify), out double? watched))
            {
                await streams.Error.WriteLineAsync("--ttl, --tail and --verify take a time such as 90s, 10m or 1h.");
                return ExitCodes.Usage;
            }
            if (await ReadAsync(result.GetValue(config), result.GetValue(put) ?? [], streams) is not { } changes)
            {
                return ExitCodes.Failure;
            }
            NewPlannedChange wanted = new()
            {
                Name = owner,
                At = when,
                Change = new ChangeSet
                {
                    Changes = changes,
                    Message = result.GetValue(message) ?? (changes.IsEmpty ? $"lower the TTL of {owner}" : $"change {owner}"),
                    Reason = result.GetValue(reason),
                },
                Replaces = result.GetValue(config) is not null,
                LowTtlSeconds = (uint)(low ?? 0),
                TailSeconds = after,
                VerifySeconds = watched,
                Guard = [.. result.GetValue(guard) ?? []],
                Force = result.GetValue(force),
            };
            using var client = new LocalEndpointClient(result.GetRequiredValue(url), ChangeRequest.Timeout);
            EndpointReply reply = await client.SendJsonAsync(HttpMethod.Post, "api/v1/planned", wanted, cancellationToken);
            int code = await ChangeRequest.PrintAsync(reply, asJson: false, streams);
            return code == ExitCodes.Success ? await ListAsync(client, owner, streams, cancellationToken) : code;
        });
        return command;
    }

    private static Command CreateList()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        var command = new Command("list", "Show changes that are planned, and how those that ended went.") { url, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (!result.GetValue(json))
            {
                return await ListAsync(client, null, streams, cancellationToken);
            }
            EndpointReply reply = await client.GetAsync("api/v1/planned", cancellationToken);
            await streams.Output.WriteLineAsync(reply.Unreachable ?? reply.Body);
            return reply.Status == HttpStatusCode.OK ? ExitCodes.Success : ChangeRequest.CodeOf(reply);
        });
        return command;
    }

    private static Command CreateCancel()
    {
        Argument<string> id = new("id") { Description = "As 'meridian change list' shows it.", HelpName = "ID" };
        Option<string> reason = ChangeRequest.Reason();
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("cancel", "End a planned change before it is made, and restore the TTL.") { id, reason, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url), ChangeRequest.Timeout);
            EndpointReply reply = await client.SendJsonAsync(
                HttpMethod.Post, $"api/v1/planned/{Uri.EscapeDataString(result.GetRequiredValue(id))}/cancel",
                new Decision { Reason = result.GetValue(reason) }, cancellationToken);
            return await ChangeRequest.PrintAsync(reply, asJson: false, result.InvocationConfiguration);
        });
        return command;
    }

    private static async Task<int> ListAsync(LocalEndpointClient client, string? name, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        EndpointReply reply = await client.GetAsync("api/v1/planned", cancellationToken);
        if (await ChangeRequest.ReadAsync<PlannedChangeList>(reply, streams) is not { } list)
        {
            return ChangeRequest.CodeOf(reply);
        }
        foreach (PlannedChange planned in list.Planned.Where(one => name is null || one.Name.TrimEnd('.') == name.TrimEnd('.')))
        {
            await streams.Output.WriteLineAsync(Describe(planned));
        }
        return ExitCodes.Success;
    }

    /// <summary>One planned change in a few lines.</summary>
    internal static string Describe(PlannedChange planned)
    {
        bool isForced = planned.IsForced && planned.Step is "waiting" or "lowered";
        string tail = planned.TailSeconds > 0 ? string.Create(CultureInfo.InvariantCulture, $" and a tail of {planned.TailSeconds:0} s") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {planned.Id}  {planned.Name}  {planned.Step}{(isForced ? " (forced)" : "")}  {planned.Message} ({planned.Author})
                {planned.LowerAt:yyyy-MM-dd HH:mm:ss}Z  TTL {planned.OldTtlSeconds} s{tail} → {planned.LowTtlSeconds} s
                {planned.ChangeAt:yyyy-MM-dd HH:mm:ss}Z  the change{(planned.ChangeAt > planned.At.AddSeconds(1) ? $" (wanted at {planned.At:HH:mm:ss}Z)" : "")}
                {planned.EndAt:yyyy-MM-dd HH:mm:ss}Z  TTL → {planned.OldTtlSeconds} s{(planned.Note.Length > 0 ? $"\n    {planned.Note}" : "")}
            """);
    }

    private static async Task<ImmutableArray<Change>?> ReadAsync(string? path, string[] puts, InvocationConfiguration streams)
    {
        if (path is not null && puts.Length > 0)
        {
            await streams.Error.WriteLineAsync("--config says what the whole configuration is to be: there is nothing left to --put.");
            return null;
        }
        if (path is not null)
        {
            return await ApplyCommands.ReadAsync(path, streams);
        }
        ImmutableArray<Change>.Builder changes = ImmutableArray.CreateBuilder<Change>();
        foreach (string put in puts)
        {
            int equals = put.IndexOf('=', StringComparison.Ordinal);
            int slash = put.IndexOf('/', StringComparison.Ordinal);
            try
            {
                if (slash > 0 && equals > slash)
                {
                    changes.Add(new Change { Kind = put[..slash], Name = put[(slash + 1)..equals], Body = JsonElement.Parse(put[(equals + 1)..]) });
                    continue;
                }
            }
            catch (JsonException)
            {
                // Told below, with what was expected.
            }
            await streams.Error.WriteLineAsync($"'{put}' is no document: write it as policy/www='{{\"pool\": \"new\"}}'.");
            return null;
        }
        return changes.ToImmutable();
    }

    private static DateTimeOffset? TimeOf(string text)
    {
        if (text.StartsWith('+'))
        {
            return DurationText.TryParse(text.AsSpan(1), out TimeSpan span) ? TimeProvider.System.GetUtcNow() + span : null;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;
    }

    private static bool TryReadSpan(string? text, out double? seconds)
    {
        seconds = null;
        if (text is null)
        {
            return true;
        }
        bool isSpan = DurationText.TryParse(text, out TimeSpan span);
        seconds = span.TotalSeconds;
        return isSpan;
    }
}
