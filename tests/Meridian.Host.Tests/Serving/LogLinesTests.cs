using Meridian.Host.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Meridian.Host.Tests.Serving;

/// <summary>Lines are what people grep for: they are held against those of the framework's own formatter.</summary>
public sealed class LogLinesTests
{
    [Theory]
    [InlineData(LogLevel.Trace)]
    [InlineData(LogLevel.Debug)]
    [InlineData(LogLevel.Information)]
    [InlineData(LogLevel.Warning)]
    [InlineData(LogLevel.Error)]
    [InlineData(LogLevel.Critical)]
    public void Write_AnyLevel_IsTheFrameworksLine(LogLevel level)
    {
        LogEntry<string> entry = new(level, "Meridian.Host.Serving", new EventId(7, "Named"), "two words", null, static (state, _) => state);

        Assert.Equal(Framework(entry), Ours(entry));
    }

    [Fact]
    public void Write_ExceptionAndLineBreaks_IsTheFrameworksLine()
    {
        LogEntry<string> entry = new(
            LogLevel.Error, "Meridian", new EventId(-1), "first\nsecond\n", Thrown(), static (state, exception) => $"{state}: {exception?.Message}");

        string line = Ours(entry);

        Assert.Equal(Framework(entry), line);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.Contains("LogLinesTests", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_Text_ListensToWhatMatters()
    {
        using ILoggerFactory loggers = ServerLogging.Create(LogFormat.Text, TimeProvider.System);
        using ILoggerFactory json = ServerLogging.Create(LogFormat.Json, TimeProvider.System);

        foreach (ILoggerFactory factory in (ILoggerFactory[])[loggers, json])
        {
            Assert.True(factory.CreateLogger("Meridian.Any").IsEnabled(LogLevel.Information));
            Assert.False(factory.CreateLogger("Meridian.Any").IsEnabled(LogLevel.Debug));
            Assert.True(factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").IsEnabled(LogLevel.Warning));
            Assert.False(factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").IsEnabled(LogLevel.Information));
            Assert.False(factory.CreateLogger("Microsoft.Extensions.Hosting.Internal.Host").IsEnabled(LogLevel.Critical));
        }
    }

    private static string Ours(LogEntry<string> entry)
    {
        using StringWriter writer = new();
        new LogLines(TimeProvider.System).Write(entry, null, writer);
        return WithoutDigitsOfTime(writer.ToString());
    }

    private static string Framework(LogEntry<string> entry)
    {
        ServiceCollection services = new();
        services.AddLogging(logging => logging.AddSimpleConsole(console =>
        {
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ");
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        }));
        using ServiceProvider provider = services.BuildServiceProvider();
        ConsoleFormatter formatter = provider.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == ConsoleFormatterNames.Simple);
        using StringWriter writer = new();
        formatter.Write(entry, null, writer);
        return WithoutDigitsOfTime(writer.ToString());
    }

    /// <summary>The two clocks are read one after the other: where digits stand is compared, and not which.</summary>
    private static string WithoutDigitsOfTime(string line)
    {
        int end = line.IndexOf(' ', StringComparison.Ordinal);
        return string.Concat(line[..end].Select(c => char.IsAsciiDigit(c) ? '0' : c)) + line[end..];
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("on\ntwo lines", new IOException("inner"));
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }
}
