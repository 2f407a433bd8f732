using System.CommandLine;
using System.Net;

namespace Meridian.Host.Commands;

/// <summary>Options that several commands have, so that they are spelled and checked alike.</summary>
internal static class CommandOptions
{
    /// <summary>Where a server's local HTTP endpoint is unless configured otherwise.</summary>
    public static readonly Uri DefaultUrl = new("http://127.0.0.1:8053");

    public static Argument<string> ConfigurationPath() => new("path")
    {
        Description = "A configuration file, or a directory of them.",
        HelpName = "FILE|DIR",
    };

    public static Option<Uri> Url() => new("--url")
    {
        Description = "The local HTTP endpoint of the running server.",
        HelpName = "URL",
        DefaultValueFactory = _ => DefaultUrl,
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
            {
                return url;
            }
            result.AddError($"'{text}' is not an HTTP URL: write it as {DefaultUrl}.");
            return null;
        },
    };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON instead of text." };

    /// <summary>
    /// For children of <c>quickstart</c>: end when standard input ends. The parent holds the other end of the pipe, so a
    /// child never outlives it, not even after kill -9.
    /// </summary>
    public static Option<bool> ExitWithInput() => new("--exit-with-input") { Hidden = true };

    public static Option<IPEndPoint> Listen() => new("--listen")
    {
        Description = "Address and port to listen on.",
        HelpName = "ADDR:PORT",
        Required = true,
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (IPEndPoint.TryParse(text, out IPEndPoint? address) && IPAddress.IsLoopback(address.Address))
            {
                return address;
            }
            result.AddError($"'{text}' is not a loopback address with a port: write it as 127.0.1.1:8080.");
            return null;
        },
    };
}
