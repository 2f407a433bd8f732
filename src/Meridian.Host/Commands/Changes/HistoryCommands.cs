using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Meridian.Client.Wire;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planning;
using Meridian.Host.Status;

namespace Meridian.Host.Commands.Changes;

/// <summary><c>meridian export</c>, <c>history</c>, <c>show</c> and <c>rollback</c>, and <c>diff</c> of revisions.</summary>
internal static class HistoryCommands
{
    public static Command CreateExport()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<long?> revision = new("--revision") { Description = "As it was after this revision.", HelpName = "N" };
        var command = new Command("export", "Print the configuration of a running store as YAML; applying it again changes nothing.") { revision, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url), ChangeRequest.Timeout);
            string query = result.GetValue(revision) is { } number ? string.Create(CultureInfo.InvariantCulture, $"?revision={number}") : "";
            EndpointReply reply = await client.GetAsync($"api/v1/configuration{query}", cancellationToken);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (reply.Unreachable is null && reply.Status == HttpStatusCode.OK)
            {
                await streams.Output.WriteAsync(reply.Body);
                return ExitCodes.Success;
            }
            await streams.Error.WriteLineAsync(reply.Unreachable ?? ProblemText.Of(reply.Body));
            return ChangeRequest.CodeOf(reply);
        });
        return command;
    }

    public static Command CreateHistory()
    {
        Option<Uri> url = CommandOptions.Url();
        Option<int> limit = new("--limit") { Description = "How many at most, newest first.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("history", "List the revisions of a running store, newest first.") { limit, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            EndpointReply reply = await client.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"api/v1/revisions?limit={result.GetValue(limit)}"), cancellationToken);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (await ChangeRequest.ReadAsync<RevisionPage>(reply, streams) is not { } page)
            {
                return ChangeRequest.CodeOf(reply);
            }
            foreach (Client.Wire.Revision revision in page.Items)
            {
                await streams.Output.WriteLineAsync(Describe(revision));
            }
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command CreateShow()
    {
        Argument<long> number = Number("revision");
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("show", "Show one revision of a running store with what it changed.") { number, url };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url));
            EndpointReply reply = await client.GetAsync(
                string.Create(CultureInfo.InvariantCulture, $"api/v1/revisions/{result.GetValue(number)}"), cancellationToken);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (await ChangeRequest.ReadAsync<RevisionDetail>(reply, streams) is not { } detail)
            {
                return ChangeRequest.CodeOf(reply);
            }
            await streams.Output.WriteLineAsync(Describe(detail.Revision));
            await PrintAsync(detail.Changes, streams.Output);
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>What differs between two revisions of a running store.</summary>
    public static async Task<int> DiffAsync(long from, long to, Uri url, InvocationConfiguration streams, CancellationToken cancellationToken)
    {
        using var client = new LocalEndpointClient(url);
        EndpointReply reply = await client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"api/v1/diff?from={from}&to={to}"), cancellationToken);
        if (await ChangeRequest.ReadAsync<RevisionDifference>(reply, streams) is not { } difference)
        {
            return ChangeRequest.CodeOf(reply);
        }
        await PrintAsync(difference.Changes, streams.Output);
        if (!difference.IsComplete)
        {
            await streams.Error.WriteLineAsync("there is more than is shown: export both revisions and compare the files");
        }
        return ExitCodes.Success;
    }

    public static Command CreateRollback()
    {
        Argument<long> number = Number("revision");
        Option<Uri> url = CommandOptions.Url();
        Option<bool> json = CommandOptions.Json();
        Option<string> reason = ChangeRequest.Reason();
        Option<string> message = ChangeRequest.Message();
        Option<bool> dryRun = new("--dry-run") { Description = "Show what it would change, and change nothing." };
        var command = new Command("rollback", "Bring the configuration back to what it was after a revision, as a new revision.") { number, dryRun, reason, message, url, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            using var client = new LocalEndpointClient(result.GetRequiredValue(url), ChangeRequest.Timeout);
            string target = string.Create(
                CultureInfo.InvariantCulture,
                $"api/v1/revisions/{result.GetValue(number)}/rollback?{(result.GetValue(dryRun) ? "dry-run" : "wait")}=true");
            Decision decision = new() { Reason = result.GetValue(reason), Message = result.GetValue(message) };
            EndpointReply reply = await client.SendJsonAsync(HttpMethod.Post, target, decision, cancellationToken);
            return await ChangeRequest.PrintAsync(reply, result.GetValue(json), result.InvocationConfiguration);
        });
        return command;
    }

    private static Argument<long> Number(string name) => new(name) { Description = "The revision's number.", HelpName = "REV" };

    private static string Describe(Client.Wire.Revision revision)
    {
        string reason = revision.Reason is null ? "" : $" (reason: {revision.Reason})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{revision.Number,6}  {revision.At:yyyy-MM-dd HH:mm:ss}Z  {revision.Author} ({revision.Origin})  {revision.ChangeCount} documents  {revision.Message}{reason}");
    }

    private static async Task PrintAsync(ImmutableArray<DocumentDifference> changes, TextWriter output)
    {
        foreach (DocumentDifference change in changes)
        {
            DocumentDiff diff = DocumentDiffer.Compare(new DocumentKey(change.Kind, change.Name), BodyOf(change.Before), BodyOf(change.After));
            await output.WriteLineAsync($"{diff.Kind.ToString().ToLowerInvariant()} {change.Kind} {change.Name}");
            foreach (DiffLine line in diff.Lines)
            {
                await output.WriteLineAsync($"  {(line.IsAdded ? '+' : '-')} {line.Text}");
            }
        }
    }

    private static DocumentBody? BodyOf(JsonElement? body) =>
        body is { ValueKind: not JsonValueKind.Null } found ? DocumentBody.FromText(found.GetRawText()) : null;
}
