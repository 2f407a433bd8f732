using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Meridian.Host.Serving;

/// <summary>
/// One line per event, for people: time, level, who says it with the number of the event, and what. The same lines as the
/// framework's own formatter, which can only be had with a container of services and its options: making those takes longer
/// than reading a configuration.
/// </summary>
/// <param name="time">Dates each line.</param>
internal sealed class LogLines(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>What the provider finds it by.</summary>
    public const string FormatterName = "lines";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.Write(time.GetUtcNow().ToString(ServerLogging.Timestamp, CultureInfo.InvariantCulture));
        textWriter.Write(' ');
        textWriter.Write(WordOf(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write('[');
        textWriter.Write(logEntry.EventId.Id);
        textWriter.Write("] ");
        textWriter.Write(OnOneLine(logEntry.Formatter(logEntry.State, logEntry.Exception)));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(' ');
            textWriter.Write(OnOneLine(exception.ToString()));
        }
        textWriter.Write(Environment.NewLine);
    }

    private static string OnOneLine(string text) => text.Replace(Environment.NewLine, " ", StringComparison.Ordinal);

    private static string WordOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
