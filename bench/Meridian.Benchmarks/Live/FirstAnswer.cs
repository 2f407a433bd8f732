using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meridian.Dns;

namespace Meridian.Benchmarks.Live;

/// <summary>Starts a server and asks every millisecond until it answers.</summary>
internal static class FirstAnswer
{
    private const int MaxSeconds = 60;
    private const int ReceiveTimeoutMs = 1;

    /// <summary>Writes the milliseconds from the start of the process to its first good answer, and ends it.</summary>
    /// <param name="port">Where it listens on loopback.</param>
    /// <param name="name">To ask for, an A record.</param>
    /// <param name="command">The executable and its arguments.</param>
    /// <param name="output">For the number.</param>
    /// <returns>The exit code.</returns>
    public static int Write(int port, string name, ReadOnlySpan<string> command, TextWriter output)
    {
        byte[] query = SampleService.Query(name);
        byte[] answer = new byte[4096];
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.ReceiveTimeout = ReceiveTimeoutMs;
        // Not connected: a connected socket is told of every datagram that nobody received.
        EndPoint server = new IPEndPoint(IPAddress.Loopback, port);
        // Once ahead, so that what is timed is not this program's own code being compiled.
        TryAsk(client, server, query, answer);
        ProcessStartInfo start = new(command[0]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }
        long startedAt = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} cannot be started.");
        try
        {
            while (Stopwatch.GetElapsedTime(startedAt).TotalSeconds < MaxSeconds)
            {
                if (TryAsk(client, server, query, answer))
                {
                    output.WriteLine(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture));
                    return 0;
                }
            }
            Console.Error.WriteLine($"{name} was not answered within {MaxSeconds} s.");
            return 1;
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    private static bool TryAsk(Socket client, EndPoint server, byte[] query, byte[] answer)
    {
        client.SendTo(query, server);
        if (!client.Poll(ReceiveTimeoutMs * 1000, SelectMode.SelectRead))
        {
            return false;
        }
        // The low four bits of the second flags octet are the RCODE; the answer count is the fourth number of the header.
        return client.Receive(answer) > query.Length && (answer[3] & 15) == (int)Rcode.NoError && answer[7] > 0;
    }
}
