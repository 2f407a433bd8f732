using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Meridian.Host.Serving;

/// <summary>How log lines are written.</summary>
internal enum LogFormat
{
    /// <summary>One line per event, for people.</summary>
    Text,

    /// <summary>One JSON object per event, with its values under their names, for log pipelines.</summary>
    Json,
}

/// <summary>How the server logs: structured, one line per event, on standard error; nothing per query.</summary>
internal static class ServerLogging
{
    // ISO 8601 in UTC: sorts as text, and means the same on every machine.
    private const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static void Configure(ILoggingBuilder logging, LogFormat format)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        // Kestrel tells of every connection; only its warnings matter here.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // The web host logs a failed start with its whole stack; whoever started the endpoint reports it, in one sentence.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, Timestamp));
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, Timestamp + " ");
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
