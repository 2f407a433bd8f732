using System.IO.Pipes;
using Meridian.Host.Serving;

namespace Meridian.Host.Tests.Quickstart;

public sealed class ParentLifetimeTests
{
    [Fact]
    public async Task CancelAtEnd_WriterGone_Cancels()
    {
        using var lifetime = new CancellationTokenSource();
        var writer = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        Task watching = Task.Run(() => ParentLifetime.CancelAtEnd(reader, lifetime), TestContext.Current.CancellationToken);
        writer.WriteByte(1);
        Assert.False(lifetime.IsCancellationRequested);

        await writer.DisposeAsync();
        await watching;

        Assert.True(lifetime.IsCancellationRequested);
    }

    [Fact]
    public void CancelAtEnd_CommandAlreadyOver_IsQuiet()
    {
        var lifetime = new CancellationTokenSource();
        lifetime.Dispose();

        ParentLifetime.CancelAtEnd(Stream.Null, lifetime);
    }

    [Fact]
    public void Link_NotWatching_EndsWithTheCommandOnly()
    {
        using var command = new CancellationTokenSource();
        using CancellationTokenSource lifetime = ParentLifetime.Link(watchInput: false, command.Token);

        Assert.False(lifetime.IsCancellationRequested);
        command.Cancel();
        Assert.True(lifetime.IsCancellationRequested);
    }
}
