using System.Net;
using Meridian.Control.Access;
using Meridian.Control.Tests.Configuration;

namespace Meridian.Control.Tests.Access;

public sealed class LoginThrottleTests
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.7");
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 6, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Failures_BeyondTheFreeOnes_DoubleThePauseUpToItsLimit()
    {
        LoginThrottle throttle = new(new AccessLimits(), _time);
        List<double> waits = [];
        for (int i = 0; i < 14; i++)
        {
            throttle.OnFailure(Address);
            waits.Add(throttle.WaitOf(Address).TotalSeconds);
        }

        Assert.Equal([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
    }

    [Fact]
    public void Pause_WhenItIsOver_LetsTheAddressTryAgain()
    {
        LoginThrottle throttle = new(new AccessLimits { FailuresFree = 1 }, _time);
        throttle.OnFailure(Address);
        throttle.OnFailure(Address);
        Assert.Equal(TimeSpan.FromSeconds(1), throttle.WaitOf(Address));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Address));
        throttle.OnFailure(Address);
        Assert.Equal(TimeSpan.FromSeconds(2), throttle.WaitOf(Address));
    }

    [Fact]
    public void Address_WithoutFailuresForLong_IsForgotten()
    {
        LoginThrottle throttle = new(new AccessLimits(), _time);
        throttle.OnFailure(Address);

        _time.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(Address));
        Assert.Equal(0, throttle.Count);
    }

    [Fact]
    public void Addresses_OfOneIPv6Network_AreOne()
    {
        LoginThrottle throttle = new(new AccessLimits { FailuresFree = 1 }, _time);
        throttle.OnFailure(IPAddress.Parse("2001:db8:0:1::1"));
        throttle.OnFailure(IPAddress.Parse("2001:db8:0:1:ffff::2"));

        Assert.True(throttle.WaitOf(IPAddress.Parse("2001:db8:0:1::3")) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, throttle.WaitOf(IPAddress.Parse("2001:db8:0:2::1")));
    }

    [Fact]
    public void Address_WrittenAsIPv6_IsItsIPv4Address()
    {
        LoginThrottle throttle = new(new AccessLimits { FailuresFree = 1 }, _time);
        throttle.OnFailure(IPAddress.Parse("192.0.2.7"));
        throttle.OnFailure(IPAddress.Parse("::ffff:192.0.2.7"));

        Assert.True(throttle.WaitOf(Address) > TimeSpan.Zero);
    }

    [Fact]
    public void Flood_FromManyAddresses_KeepsItsBound()
    {
        LoginThrottle throttle = new(new AccessLimits { ThrottledAddressCount = 16 }, _time);
        for (int i = 0; i < 1000; i++)
        {
            throttle.OnFailure(new IPAddress(i + 1));
        }

        Assert.Equal(16, throttle.Count);
    }
}
