using Meridian.Host.Status;

namespace Meridian.Host.Tests.Status;

public sealed class AgesTests
{
    [Theory]
    [InlineData(-3, "0s")]
    [InlineData(0, "0s")]
    [InlineData(59, "59s")]
    [InlineData(60, "1m 0s")]
    [InlineData(3599, "59m 59s")]
    [InlineData(3600, "1h 0m")]
    [InlineData(86399, "23h 59m")]
    [InlineData(90000, "1d 1h")]
    public void Format_Seconds_AreTheTwoUnitsThatMatter(int seconds, string text) =>
        Assert.Equal(text, Ages.Format(TimeSpan.FromSeconds(seconds)));
}
