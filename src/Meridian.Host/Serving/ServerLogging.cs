using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

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
    internal const string Timestamp = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Makes the loggers of one process.</summary>
    /// <param name="format">How lines are written.</param>
    /// <param name="time">Dates lines of text; the formatter of JSON has the system's clock.</param>
    /// <returns>To be disposed of, so that the last lines are written.</returns>
    public static ILoggerFactory Create(LogFormat format, TimeProvider time)
    {
        if (format == LogFormat.Json)
        {
            return LoggerFactory.Create(ConfigureJson);
        }
        LoggerFilterOptions levels = new();
        Limit(levels);
        LoggerFactory loggers = new([], levels);
        ConsoleLoggerOptions options = new() { FormatterName = LogLines.FormatterName, LogToStandardErrorThreshold = LogLevel.Trace };
        // Added, and not given to the constructor: so it is disposed of with the factory.
        loggers.AddProvider(new ConsoleLoggerProvider(new FixedOptions<ConsoleLoggerOptions>(options), [new LogLines(time)]));
        return loggers;
    }

    private static void ConfigureJson(ILoggingBuilder logging)
    {
        logging.Services.Configure<LoggerFilterOptions>(Limit);
        logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, Timestamp));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Limit(LoggerFilterOptions levels)
    {
        levels.MinLevel = LogLevel.Information;
        // Kestrel tells of every connection; only its warnings matter here.
        levels.Rules.Add(new LoggerFilterRule(null, "Microsoft", LogLevel.Warning, null));
        // The web host logs a failed start with its whole stack; whoever started the endpoint reports it, in one sentence.
        levels.Rules.Add(new LoggerFilterRule(null, "Microsoft.Extensions.Hosting", LogLevel.None, null));
    }

    /// <summary>Options that never change.</summary>
    private sealed class FixedOptions<TOptions>(TOptions options) : IOptionsMonitor<TOptions>
    {
        public TOptions CurrentValue => options;

        public TOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<TOptions, string?> listener) => null;
    }
}
