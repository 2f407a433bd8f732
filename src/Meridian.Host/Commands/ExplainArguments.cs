using System.CommandLine;
using System.Globalization;
using Meridian.Host.Explaining;

namespace Meridian.Host.Commands;

/// <summary>The words that describe a query on the command line.</summary>
internal sealed class ExplainArguments
{
    private readonly Argument<string> _name = new("name")
    {
        Description = "The queried name; may be left out when --id or --query has it.",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrOne,
    };

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

    private readonly Option<string> _id = new("--id")
    {
        Description = "The captured query's message id, or the id of a decision that an answer carried ('dig +ednsopt=EDE').",
        HelpName = "ID",
    };

    private readonly Option<string> _at = new("--at")
    {
        Description = "Explain from the state that answered then (ISO 8601 or Unix seconds, with fractions), from the log.",
        HelpName = "TIME",
    };

    private readonly Option<string> _query = new("--query") { Description = "The captured query itself, in hexadecimal.", HelpName = "HEX" };

    private readonly Option<bool> _tcp = new("--tcp") { Description = "The captured query came over TCP." };

    private readonly Option<string[]> _down = new("--down")
    {
        Description = "With --config: take this pool or member to be down. May be repeated.",
        HelpName = "POOL[/ADDR]",
    };

    private readonly Option<bool> _svg = new("--svg") { Description = "Draw the tree in SVG." };

    private readonly Option<bool> _html = new("--html") { Description = "Print a page with the tree." };

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
        command.Add(_at);
        command.Add(_query);
        command.Add(_tcp);
        command.Add(_down);
        command.Add(_json);
        command.Add(_svg);
        command.Add(_html);
    }

    public ExplainQuery Read(ParseResult result) => new()
    {
        Name = result.GetValue(_name) ?? "",
        Type = result.GetValue(_type) ?? "A",
        Client = result.GetValue(_client),
        Resolver = result.GetValue(_resolver),
        Port = result.GetValue(_port)?.ToString(CultureInfo.InvariantCulture),
        Id = result.GetValue(_id),
        Time = result.GetValue(_time),
        At = result.GetValue(_at),
        Message = result.GetValue(_query),
        Transport = result.GetValue(_tcp) ? "tcp" : null,
        Down = [.. result.GetValue(_down) ?? []],
        Format = result.GetValue(_html) ? "html" : result.GetValue(_svg) ? "svg" : result.GetValue(_json) ? "json" : "text",
    };
}
