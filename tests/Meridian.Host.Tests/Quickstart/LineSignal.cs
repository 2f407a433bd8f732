using System.Threading.Channels;

namespace Meridian.Host.Tests.Quickstart;

/// <summary>A writer that hands its lines to who waits for them, so that a test waits for an event and never for a time.</summary>
internal sealed class LineSignal : StringWriter
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public ValueTask<string> NextLineAsync(CancellationToken cancellationToken) => _lines.Reader.ReadAsync(cancellationToken);

    public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "");

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }
}
