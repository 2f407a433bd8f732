using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>What a server's connections cost: its own memory, and the kernel's for its side of them.</summary>
/// <param name="ResidentOctets">Of the process.</param>
/// <param name="SocketOctets">Of the kernel for queues and buffers of accepted connections (SO_MEMINFO, as ss shows it).</param>
/// <param name="Connections">Accepted connections.</param>
internal sealed partial record ServerMemory(long ResidentOctets, long SocketOctets, int Connections)
{
    public static ServerMemory Read(int shell, IPEndPoint server)
    {
        (long octets, int connections) = ReadSockets(server);
        return new ServerMemory(ReadResident(ServerOf(shell)), octets, connections);
    }

    /// <summary>The server is the shell's child; the other one is the tether.</summary>
    private static int ServerOf(int shell) =>
        File.ReadAllText($"/proc/{shell}/task/{shell}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture))
            .Single(child => !File.ReadAllText($"/proc/{child}/cmdline").StartsWith("/bin/sh", StringComparison.Ordinal));

    private static long ReadResident(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private static (long Octets, int Connections) ReadSockets(IPEndPoint server)
    {
        ProcessStartInfo start = new("ss", ["-tmnH", "state", "established", "src", server.ToString()]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("ss cannot be started");
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        MatchCollection sockets = SocketMemory().Matches(text);
        // Received, sent, kept for both, options, and what waits for the program: rmem, wmem, fwd, opt, backlog.
        long octets = sockets.Sum(match => Enumerable.Range(1, 5).Sum(group => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture)));
        return (octets, sockets.Count);
    }

    [GeneratedRegex(@"skmem:\(r(\d+),rb\d+,t\d+,tb\d+,f(\d+),w(\d+),o(\d+),bl(\d+),d\d+\)")]
    private static partial Regex SocketMemory();
}
