using System.CommandLine;
using System.Globalization;
using Meridian.Host.Explaining;

namespace Meridian.Host.Commands;

/// <summary>The words that describe a query on the command line.</summary>
internal sealed class ExplainArguments
{
    private readonly Argument<string> _name = new("name") { Description = "The queried name.", HelpName = "NAME" };

    private readonly Argument<string> _type = new("type")
    {
        Description = "The queried type; A when left out.",
        HelpName = "TYPE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _client = new("--client")
    {
        Description = "Who asks: an address, or a client subnet (RFC 7871) with its length.",
        HelpName = "ADDR[/LEN]",
    };

    private readonly Option<string> _resolver = new("--resolver") { Description = "The query's source when --client is a subnet.", HelpName = "ADDR" };

    private readonly Option<ushort?> _port = new("--port") { Description = "The captured query's source port.", HelpName = "PORT" };

    private readonly Option<ushort?> _id = new("--id") { Description = "The captured query's message id.", HelpName = "ID" };

    private readonly Option<string> _time = new("--time") { Description = "When the captured query came: ISO 8601 or Unix seconds.", HelpName = "TIME" };

    private readonly Option<bool> _json = CommandOptions.Json();

    public void AddTo(Command command)
    {
        command.Add(_name);
        command.Add(_type);
        command.Add(_client);
        command.Add(_resolver);
        command.Add(_port);
        command.Add(_id);
        command.Add(_time);
        command.Add(_json);
    }

    public ExplainQuery Read(ParseResult result) => new()
    {
        Name = result.GetRequiredValue(_name),
        Type = result.GetValue(_type) ?? "A",
        Client = result.GetValue(_client),
        Resolver = result.GetValue(_resolver),
        Port = result.GetValue(_port)?.ToString(CultureInfo.InvariantCulture),
        MessageId = result.GetValue(_id)?.ToString(CultureInfo.InvariantCulture),
        Time = result.GetValue(_time),
        AsJson = result.GetValue(_json),
    };
}
