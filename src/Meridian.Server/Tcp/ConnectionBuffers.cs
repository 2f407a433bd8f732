using System.Diagnostics;

namespace Meridian.Server.Tcp;

/// <summary>
/// What connections hold between reads and sends: the beginning of a query, and answers that the kernel did not take.
/// Every operation that fails does so because the thread's octets are used up, and leaves the connection to be closed.
/// </summary>
/// <param name="limitOctets">Octets of all buffers.</param>
internal sealed class ConnectionBuffers(long limitOctets)
{
    private readonly BufferPool _pool = new(limitOctets);

    /// <summary>Octets of all buffers, lent or waiting.</summary>
    public long Octets => _pool.Octets;

    /// <summary>Takes back the buffers of a connection that is being closed.</summary>
    public void Release(TcpConnection connection)
    {
        ReleaseInput(connection);
        ReleaseOutput(connection);
    }

    /// <summary>Puts octets behind those that wait to be sent.</summary>
    public bool TryQueue(TcpConnection connection, ReadOnlySpan<byte> octets)
    {
        int waiting = connection.OutputLength;
        byte[]? output = connection.Output;
        ReadOnlySpan<byte> old = output.AsSpan(connection.OutputStart, waiting);
        if (output is null || output.Length - waiting < octets.Length)
        {
            if (_pool.TryRent(waiting + octets.Length) is not { } larger)
            {
                return false;
            }

            old.CopyTo(larger);
            ReleaseOutput(connection);
            output = larger;
        }
        else
        {
            old.CopyTo(output);
        }

        octets.CopyTo(output.AsSpan(waiting));
        connection.Output = output;
        connection.OutputStart = 0;
        connection.OutputEnd = waiting + octets.Length;
        return true;
    }

    /// <summary>Makes these octets, which may lie in the connection's own buffer, all that it holds.</summary>
    public bool TryKeep(TcpConnection connection, ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            ReleaseInput(connection);
            return true;
        }

        byte[]? input = connection.Input;
        if (input is null || input.Length < rest.Length)
        {
            if (_pool.TryRent(rest.Length) is not { } larger)
            {
                return false;
            }

            ReleaseInput(connection);
            input = larger;
        }

        rest.CopyTo(input);
        connection.Input = input;
        connection.InputLength = rest.Length;
        return true;
    }

    /// <summary>Adds octets to those held.</summary>
    public bool TryHold(TcpConnection connection, ReadOnlySpan<byte> fresh)
    {
        int held = connection.InputLength;
        byte[]? input = connection.Input;
        Debug.Assert(input is not null && held > 0);
        if (input.Length - held < fresh.Length)
        {
            if (_pool.TryRent(held + fresh.Length) is not { } larger)
            {
                return false;
            }

            input.AsSpan(0, held).CopyTo(larger);
            ReleaseInput(connection);
            input = larger;
        }

        fresh.CopyTo(input.AsSpan(held));
        connection.Input = input;
        connection.InputLength = held + fresh.Length;
        return true;
    }

    /// <summary>Takes back the output buffer, of which everything has been sent.</summary>
    public void ReleaseOutput(TcpConnection connection)
    {
        if (connection.Output is { } output)
        {
            _pool.Return(output);
        }

        connection.Output = null;
        connection.OutputStart = 0;
        connection.OutputEnd = 0;
    }

    private void ReleaseInput(TcpConnection connection)
    {
        if (connection.Input is { } input)
        {
            _pool.Return(input);
        }

        connection.Input = null;
        connection.InputLength = 0;
    }
}
