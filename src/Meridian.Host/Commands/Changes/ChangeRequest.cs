using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Meridian.Client.Wire;
using Meridian.Host.Status;

namespace Meridian.Host.Commands.Changes;

/// <summary>What the commands that change a running server's configuration have in common.</summary>
internal static class ChangeRequest
{
    /// <summary>A million records take the better part of a minute; nobody waits longer than this for an answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    public static Option<string> Reason() => new("--reason") { Description = "Why; overrules the guard, and is kept with the revision.", HelpName = "TEXT" };

    public static Option<string> Message() => new("--message", "-m") { Description = "What is done, for the history.", HelpName = "TEXT" };

    /// <summary>Tells what became of a change.</summary>
    public static async Task<int> PrintAsync(EndpointReply reply, bool asJson, InvocationConfiguration streams)
    {
        if (reply.Unreachable is { } unreachable)
        {
            await streams.Error.WriteLineAsync(unreachable);
            return ExitCodes.Unreachable;
        }
        bool isDone = (int)reply.Status is >= 200 and < 300;
        if (asJson)
        {
            await streams.Output.WriteLineAsync(reply.Body);
            return isDone ? ExitCodes.Success : ExitCodes.Failure;
        }
        if (reply.Status == HttpStatusCode.OK && TryRead(reply.Body, out ChangeResult? result))
        {
            await PrintResultAsync(result, streams);
            return ExitCodes.Success;
        }
        if (TryRead(reply.Body, out Problem? problem))
        {
            if (problem.Plan is { } plan)
            {
                await streams.Output.WriteLineAsync(PlanText.Of(plan));
            }
            await (isDone ? streams.Output : streams.Error).WriteLineAsync(problem.ToString());
        }
        else
        {
            await streams.Error.WriteLineAsync(reply.Body);
        }
        return isDone ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Reads a document of the endpoint; null, with the problem told, when it is none.</summary>
    public static async Task<T?> ReadAsync<T>(EndpointReply reply, InvocationConfiguration streams)
        where T : class
    {
        if (reply.Unreachable is null && reply.Status == HttpStatusCode.OK && TryRead(reply.Body, out T? read))
        {
            return read;
        }
        await streams.Error.WriteLineAsync(reply.Unreachable ?? ProblemText.Of(reply.Body));
        return null;
    }

    public static int CodeOf(EndpointReply reply) => reply.Unreachable is null ? ExitCodes.Failure : ExitCodes.Unreachable;

    private static async Task PrintResultAsync(ChangeResult result, InvocationConfiguration streams)
    {
        foreach (ProblemItem warning in result.Warnings)
        {
            await streams.Error.WriteLineAsync($"warning: {warning}");
        }
        string text = result switch
        {
            { Plan: { } plan } => PlanText.Of(plan),
            { Revision: { } revision } => $"revision {revision.Number} is accepted: {revision.ChangeCount} documents, {revision.Message}",
            _ => "nothing changes: the configuration is so already",
        };
        await streams.Output.WriteLineAsync(text);
    }

    private static bool TryRead<T>(string body, [NotNullWhen(true)] out T? read)
        where T : class
    {
        try
        {
            read = JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            read = null;
        }
        return read is not null;
    }
}
