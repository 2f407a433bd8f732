using System.Collections.Immutable;
using Meridian.Control.Loads;
using Meridian.Engine.Steering;

namespace Meridian.Control.Tests.Loads;

public sealed class LoadFeedTests
{
    [Fact]
    public void Parse_GoodAndBadLines_KeepsTheGoodAndCountsTheBad()
    {
        ImmutableArray<LoadReading> readings = LoadFeed.Parse(
            """
            # subject metric value
            web-eu load 72.5
            eu,demand,61000   # by site

            web-us load many
            web-us load -1
            web-us load NaN
            web-us
            """,
            out int rejected);
        Assert.Equal([new("web-eu", "load", 72.5), new("eu", "demand", 61000)], readings);
        Assert.Equal(4, rejected);
    }
}
