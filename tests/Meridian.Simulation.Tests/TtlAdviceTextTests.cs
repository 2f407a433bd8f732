using Meridian.Simulation.Results;

namespace Meridian.Simulation.Tests;

/// <summary>What TTL advice says in words, above all where DNS cannot do what is wanted.</summary>
public sealed class TtlAdviceTextTests
{
    private static readonly TtlAdvice Advice = new()
    {
        Options = [Option(10, 100, 20, 45), Option(60, 20, 70, 130), Option(300, 5, 300, null)],
        KneeSeconds = 60,
        LongestInTime = null,
        TargetSeconds = null,
    };

    [Fact]
    public void Render_NothingAsked_SaysThatTheTailStays()
    {
        string text = TtlAdviceText.Render(Advice, "www.example.com.", "site eu fails", 4_500);
        Assert.Contains("No TTL is fast for everybody: with 10 s the last 1 % still take 45 s.", text, StringComparison.Ordinal);
        Assert.Contains("← knee", text, StringComparison.Ordinal);
        Assert.DoesNotContain("observed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TargetThatDnsCannotMeet_SaysSoAndWhatCan()
    {
        string text = TtlAdviceText.Render(Advice with { TargetSeconds = 15 }, "www.example.com.", "site eu fails", 4_500);
        Assert.Contains("DNS alone cannot have 95 % moved within 15 s for this population, at any TTL", text, StringComparison.Ordinal);
        Assert.Contains("several live addresses in each answer (multivalue)", text, StringComparison.Ordinal);
        Assert.Contains("anycast, or load balancers", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TargetThatTtlsMeet_SaysTheLongestAndTheRest()
    {
        string text = TtlAdviceText.Render(Advice with { TargetSeconds = 90, LongestInTime = 60 }, "www.example.com.", "site eu fails", 4_500);
        Assert.Contains("To have 95 % moved within 90 s: a TTL of at most 60 s.", text, StringComparison.Ordinal);
        Assert.Contains("their resolvers or clients do not go by it", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_LoadWasObserved_SaysWhatItIsScaledTo()
    {
        string text = TtlAdviceText.Render(Advice with { ObservedPerSecond = 41.2, PresentTtlSeconds = 60 }, "www.example.com.", "site eu fails", 4_500);
        Assert.Contains("scaled to the 41.2 queries/s that were observed with the present TTL of 60 s", text, StringComparison.Ordinal);
        Assert.Contains("← knee ← now", text, StringComparison.Ordinal);
    }

    private static TtlOption Option(uint ttl, double load, double most, double? almostAll) =>
        new(ttl, load, 5, [new MovedShare(0.5, most / 2), new MovedShare(0.95, most), new MovedShare(0.99, almostAll), new MovedShare(0.999, null)], 1_000);
}
