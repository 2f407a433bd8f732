using System.Net;
using System.Net.Sockets;

namespace Meridian.Host.Lab;

/// <summary>Looks a name up in a Poisson stream, and goes where it is sent.</summary>
/// <param name="Stream">Which it is.</param>
/// <param name="Server">Its resolver.</param>
/// <param name="Name">What it looks up.</param>
/// <param name="Rate">Lookups per second.</param>
/// <param name="Start">When it begins.</param>
/// <param name="Salt">What tells its chance from that of others; the rest is the experiment's seed.</param>
internal sealed record LabClient(LabStream Stream, IPEndPoint Server, string Name, double Rate, StartSpread Start, int Salt)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Goes on until cancelled.</summary>
    public async Task RunAsync(LabClock clock, LabRecorder recorder, int backendPort, int seed, CancellationToken cancellationToken)
    {
        Random random = new(SeedOf(seed));
        using StubClient client = new(Server, $"{Name}.", clock.Time);
        try
        {
            double next = Start.Draw(random);
            while (true)
            {
                // A Poisson stream, whatever a lookup takes.
                next += -Math.Log(1 - random.NextDouble()) / Rate;
                double wait = next - clock.Elapsed;
                if (wait > 0)
                {
                    await Task.Delay(TimeSpan.FromSeconds(wait), clock.Time, cancellationToken);
                }
                double at = clock.Elapsed;
                IReadOnlyList<IPAddress>? addresses = await client.LookUpAsync(cancellationToken);
                IPAddress? address = addresses is { Count: > 0 } ? addresses[0] : null;
                bool isServed = address is not null && await ConnectsAsync(address, backendPort, clock.Time, cancellationToken);
                recorder.Add(new LabSample(at, Stream, address, isServed));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The experiment is over.
        }
    }

    /// <summary>
    /// Mixed well: generators with seeds that are multiples of one another begin alike, and then so do the caches. Of whole
    /// numbers alone, so that the same seed gives the same stream in another process.
    /// </summary>
    private int SeedOf(int seed)
    {
        ulong hash = (ulong)seed;
        foreach (int part in new[] { Stream.Instance, Stream.TtlIndex, Stream.Number, Salt })
        {
            // SplitMix64.
            hash = unchecked(hash + (ulong)part + 0x9E3779B97F4A7C15);
            hash = unchecked((hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9);
            hash = unchecked((hash ^ (hash >> 27)) * 0x94D049BB133111EB);
            hash ^= hash >> 31;
        }
        return (int)(hash & int.MaxValue);
    }

    private static async Task<bool> ConnectsAsync(IPAddress address, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using CancellationTokenSource deadline = new(ConnectTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), either.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
