using System.CommandLine;
using Meridian.Host.Explaining;
using Meridian.Host.Serving;

namespace Meridian.Host.Commands;

/// <summary><c>meridian explain</c></summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var arguments = new ExplainArguments();
        var configuration = new Option<string>("--config")
        {
            Description = "Explain what this configuration would answer, with every member up but those of --down, instead of asking the running server.",
            HelpName = "FILE|DIR",
        };
        Option<Uri> url = CommandOptions.Url();
        var command = new Command("explain", "Say step by step why a client gets the answer it gets.");
        arguments.AddTo(command);
        command.Add(configuration);
        command.Add(url);
        command.SetAction(async (result, cancellationToken) =>
        {
            ExplainQuery query = arguments.Read(result);
            InvocationConfiguration streams = result.InvocationConfiguration;
            if (result.GetValue(configuration) is { } path)
            {
                return await ServerComposition.ExplainAsync(path, query, streams.Output, streams.Error, cancellationToken);
            }
            using var client = new ExplainClient(result.GetRequiredValue(url));
            return await client.PrintAsync(query, streams.Output, streams.Error, cancellationToken);
        });
        return command;
    }
}
