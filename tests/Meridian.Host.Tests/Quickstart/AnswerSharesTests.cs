using System.Net;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Tests.Quickstart;

public sealed class AnswerSharesTests
{
    private static readonly IPAddress First = IPAddress.Parse("127.0.1.1");
    private static readonly IPAddress Second = IPAddress.Parse("127.0.2.1");

    [Fact]
    public void ShareOf_NoAnswerYet_IsUnknown() => Assert.Null(new AnswerShares().ShareOf(First));

    [Fact]
    public void ShareOf_Mixture_IsTheShareOfAnswers()
    {
        var shares = new AnswerShares();
        for (int index = 0; index < 10; index++)
        {
            shares.Add(index < 7 ? [First] : [First, Second]);
        }

        Assert.Equal(1.0, shares.ShareOf(First));
        Assert.Equal(0.3, shares.ShareOf(Second));
        Assert.Equal(0.0, shares.ShareOf(IPAddress.Loopback));
    }

    [Fact]
    public void ShareOf_AfterAWindowOfOthers_IsForgotten()
    {
        var shares = new AnswerShares();
        shares.Add([First]);
        for (int index = 0; index < AnswerShares.WindowLength; index++)
        {
            shares.Add([Second]);
        }

        Assert.Equal(0.0, shares.ShareOf(First));
        Assert.Equal(1.0, shares.ShareOf(Second));
        Assert.Equal(AnswerShares.WindowLength, shares.AnswerCount);
    }
}
