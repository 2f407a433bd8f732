using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Client;
using Meridian.Host.Status;

namespace Meridian.Host.Commands;

/// <summary>What commands that use the API have in common: who asks, and what becomes of refusals.</summary>
internal static class ApiCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A client for a server, as whoever runs the command.</summary>
    public static MeridianClient Open(Uri url)
    {
        Credential? credential = Credential.Find(url, Environment.GetEnvironmentVariable);
        return new MeridianClient(new ClientOptions { Url = url, Token = credential?.Text, IsLocalKey = credential?.IsLocalKey == true });
    }

    /// <summary>Runs a command against a server.</summary>
    /// <returns>An exit code.</returns>
    public static async Task<int> RunAsync(ParseResult result, Uri url, Func<MeridianClient, TextWriter, Task> run, CancellationToken cancellationToken)
    {
        InvocationConfiguration streams = result.InvocationConfiguration;
        using MeridianClient client = Open(url);
        try
        {
            await run(client, streams.Output);
            return ExitCodes.Success;
        }
        catch (ApiException refusal)
        {
            await streams.Error.WriteLineAsync(refusal.Message.AsMemory(), cancellationToken);
            return ExitCodes.Failure;
        }
        catch (UnreachableException fault)
        {
            await streams.Error.WriteLineAsync(fault.Message.AsMemory(), cancellationToken);
            return ExitCodes.Unreachable;
        }
    }

    /// <summary>One line.</summary>
    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Json);
}
