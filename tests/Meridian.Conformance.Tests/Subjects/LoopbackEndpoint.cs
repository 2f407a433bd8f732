using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>Free endpoints: the servers cannot tell which port they took, so one is found for them.</summary>
internal static class LoopbackEndpoint
{
    private const int Attempts = 20;

    /// <summary>
    /// An endpoint that is free for UDP and TCP, on a loopback address that only this process uses (127.0.0.0/8 is all
    /// loopback): nobody else takes the port between here and the server's start.
    /// </summary>
    /// <param name="kind">Each subject has its own address.</param>
    public static IPEndPoint Find(SubjectKind kind)
    {
        IPAddress address = AddressOf(kind, Environment.ProcessId);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            using Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            datagrams.Bind(new IPEndPoint(address, 0));
            IPEndPoint endpoint = (IPEndPoint)datagrams.LocalEndPoint!; // Bound by the line above.
            using Socket streams = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                streams.Bind(endpoint);
                return endpoint;
            }
            catch (SocketException)
            {
                // Taken for TCP: the next one.
            }
        }
        throw new InvalidOperationException($"{address} has no port that is free for both UDP and TCP");
    }

    // BIND listens on addresses that an interface has only, and the interface of loopback has but one.
    private static IPAddress AddressOf(SubjectKind kind, int process) => kind == SubjectKind.Bind
        ? IPAddress.Loopback
        : IPAddress.Parse(string.Create(
            CultureInfo.InvariantCulture, $"127.{100 + (int)kind + ((process >> 16 & 0xF) * 4)}.{process >> 8 & 0xFF}.{process & 0xFF}"));
}
