namespace Meridian.Engine.Tests.Steering;

/// <summary>A property of random configurations; what disagrees is shrunk before it is told.</summary>
internal static class SteeringProperty
{
    /// <summary>Looks at the configurations of some seeds.</summary>
    /// <param name="configurations">How many.</param>
    /// <param name="check">What is wrong with one, or null; it may draw more from the configuration's choices.</param>
    /// <param name="residency">The last policy is strict, and its root matches places or networks.</param>
    /// <param name="lie">For tests of the tests: the reference sees members like this.</param>
    public static void Check(int configurations, Func<RandomSteering, string?> check, bool residency = false, StatusLie? lie = null)
    {
        for (int seed = 0; seed < configurations; seed++)
        {
            RandomSteering Make(Choices choices) => new(choices, anyStrict: seed % 3 == 0, residency, lie);

            RandomSteering steering = Make(Choices.Of(seed));
            if (check(steering) is not { } problem)
            {
                continue;
            }
            IReadOnlyList<int> smallest = Shrinker.Shrink(steering.Choices.Made, choices =>
            {
                RandomSteering smaller = Make(Choices.Of(choices));
                return (check(smaller) is not null, smaller.Choices.Made);
            });
            RandomSteering shrunk = Make(Choices.Of(smallest));
            string left = check(shrunk) ?? problem;
            Assert.Fail($"seed {seed}, strict {seed % 3 == 0}, {steering.Choices.Made.Count} choices shrunk to {smallest.Count} [{string.Join(' ', smallest)}]\n{left}\n{SteeringText.Describe(shrunk)}");
        }
    }
}
