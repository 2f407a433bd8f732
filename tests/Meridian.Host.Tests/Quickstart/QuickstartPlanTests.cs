using Meridian.Host.Quickstart;

namespace Meridian.Host.Tests.Quickstart;

public sealed class QuickstartPlanTests
{
    // The project copies the example beside the executable, and so beside the tests.
    private static readonly string Example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, QuickstartPlan.Configuration));

    [Fact]
    public void Example_HoldsWhatThePlanExpects()
    {
        Assert.Contains($"listen: {{dns: [\"{QuickstartPlan.Dns}\"], http: \"{QuickstartPlan.Http.Authority}\"}}", Example, StringComparison.Ordinal);
        Assert.All(QuickstartPlan.Backends, backend =>
        {
            Assert.Contains($"- {{address: {backend.Address.Address}}}", Example, StringComparison.Ordinal);
            Assert.Contains($"port: {backend.Address.Port}", Example, StringComparison.Ordinal);
            Assert.Contains($"site: {backend.Site}", Example, StringComparison.Ordinal);
            Assert.Contains(backend.Site, QuickstartPlan.Sites);
        });
    }

    [Fact]
    public void Example_HasEveryNameThatIsAsked() =>
        Assert.All(QuickstartPlan.Samples, sample => Assert.Contains($"{sample.Name.Split('.')[0]}:", Example, StringComparison.Ordinal));
}
