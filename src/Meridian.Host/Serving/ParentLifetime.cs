namespace Meridian.Host.Serving;

/// <summary>Ties a child process to the parent that started it.</summary>
internal static class ParentLifetime
{
    /// <summary>
    /// A token that also ends with standard input. A pipe's reader sees its end when the last writer is gone, however it went:
    /// this holds after kill -9 of the parent too. PR_SET_PDEATHSIG would not do: it fires when the *thread* that started the
    /// child ends, and that is a pool thread.
    /// </summary>
    /// <param name="watchInput">Whether to watch standard input at all.</param>
    /// <param name="cancellationToken">Ends the returned source too.</param>
    public static CancellationTokenSource Link(bool watchInput, CancellationToken cancellationToken)
    {
        var lifetime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (watchInput)
        {
            // A thread of its own, because reading a pipe blocks; a background one, so that it keeps no process alive.
            new Thread(() => CancelAtEnd(Console.OpenStandardInput(), lifetime)) { IsBackground = true, Name = "parent watch" }.Start();
        }
        return lifetime;
    }

    internal static void CancelAtEnd(Stream input, CancellationTokenSource lifetime)
    {
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
            // The parent sends nothing; whatever comes is not for us.
        }
        try
        {
            lifetime.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has ended by itself, just before its parent.
        }
    }
}
