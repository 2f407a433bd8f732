using System.Net;
using System.Net.Sockets;

namespace Meridian.Control.Access;

/// <summary>
/// Slows down whoever tries tokens. Failures are counted by IPv4 address and by IPv6 /64, which is what one machine or home
/// has; after a few the address has to wait, twice as long after each further one. A token that works does not shorten the
/// wait: otherwise somebody with one token could go on guessing others.
/// </summary>
public sealed class LoginThrottle(AccessLimits limits, TimeProvider time)
{
    private const int HostBitsStart = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, LinkedListNode<Failures>> _byAddress = [];

    // By the time of the last failure, oldest first: what is forgotten is always at its head.
    private readonly LinkedList<Failures> _byAge = [];

    /// <summary>Addresses that failures are known of.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byAddress.Count;
            }
        }
    }

    /// <summary>How long an address still has to wait before it may try; zero when it may.</summary>
    public TimeSpan WaitOf(IPAddress address)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            Forget(now);
            TimeSpan wait = _byAddress.TryGetValue(Key(address), out LinkedListNode<Failures>? node) ? node.Value.Until - now : TimeSpan.Zero;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Counts a failure.</summary>
    public void OnFailure(IPAddress address)
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            Forget(now);
            IPAddress key = Key(address);
            int count = 1;
            if (_byAddress.Remove(key, out LinkedListNode<Failures>? known))
            {
                count = known.Value.Count + 1;
                _byAge.Remove(known);
            }
            else if (_byAddress.Count >= limits.ThrottledAddressCount && _byAge.First is { } oldest)
            {
                Remove(oldest);
            }
            _byAddress[key] = _byAge.AddLast(new Failures(key, count, now, now + PauseAfter(count)));
        }
    }

    private TimeSpan PauseAfter(int count)
    {
        int beyond = count - limits.FailuresFree;
        if (beyond <= 0)
        {
            return TimeSpan.Zero;
        }
        double seconds = limits.FirstPause.TotalSeconds * Math.Pow(2, beyond - 1);
        return TimeSpan.FromSeconds(Math.Min(seconds, limits.LongestPause.TotalSeconds));
    }

    private void Forget(DateTimeOffset now)
    {
        while (_byAge.First is { } oldest && now - oldest.Value.At >= limits.Forgetting && oldest.Value.Until <= now)
        {
            Remove(oldest);
        }
    }

    private void Remove(LinkedListNode<Failures> node)
    {
        _byAddress.Remove(node.Value.Address);
        _byAge.Remove(node);
    }

    private static IPAddress Key(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return plain;
        }
        byte[] octets = plain.GetAddressBytes();
        octets.AsSpan(HostBitsStart).Clear();
        return new IPAddress(octets);
    }

    private readonly record struct Failures(IPAddress Address, int Count, DateTimeOffset At, DateTimeOffset Until);
}
