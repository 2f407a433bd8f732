namespace Meridian.Server.Tests;

public sealed class BusyGaugeTests
{
    private const long TicksPerSecond = 1000;
    private long _now = 1;

    [Fact]
    public void IsHigh_SustainedWork_RisesAndStaysUntilHalfIdle()
    {
        BusyGauge gauge = new(TicksPerSecond);
        Spend(ref gauge, work: 6, wait: 4, rounds: 50);
        Assert.False(gauge.IsHigh);
        Spend(ref gauge, work: 8, wait: 2, rounds: 50);
        Assert.True(gauge.IsHigh);

        // Gathering makes the same load look smaller: that must not end it.
        Spend(ref gauge, work: 6, wait: 4, rounds: 50);
        Assert.True(gauge.IsHigh);
        Spend(ref gauge, work: 4, wait: 6, rounds: 50);
        Assert.False(gauge.IsHigh);
    }

    [Fact]
    public void IsHigh_OneBurstInAQuietWindow_StaysLow()
    {
        BusyGauge gauge = new(TicksPerSecond);
        Spend(ref gauge, work: 1, wait: 9, rounds: 50);
        for (int burst = 0; burst < 10; burst++)
        {
            Spend(ref gauge, work: 20, wait: 1, rounds: 1);
            Assert.False(gauge.IsHigh);
            Spend(ref gauge, work: 1, wait: 9, rounds: 10);
            Assert.False(gauge.IsHigh);
        }
    }

    [Fact]
    public void IsHigh_WaitLongerThanTheWindow_FallsAtOnce()
    {
        BusyGauge gauge = new(TicksPerSecond);
        Spend(ref gauge, work: 9, wait: 1, rounds: 50);
        Assert.True(gauge.IsHigh);
        Spend(ref gauge, work: 0, wait: 100_000, rounds: 1);
        Assert.False(gauge.IsHigh);
    }

    private void Spend(ref BusyGauge gauge, int work, int wait, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            _now += work;
            gauge.AddWait(_now, _now + wait);
            _now += wait;
        }
    }
}
