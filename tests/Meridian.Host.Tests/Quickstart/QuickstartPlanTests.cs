using System.Net;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Tests.Quickstart;

public sealed class QuickstartPlanTests : IDisposable
{
    // The project copies the example beside the executable, and so beside the tests.
    private static readonly string ExamplePath = Path.Combine(AppContext.BaseDirectory, QuickstartPlan.Configuration);
    private static readonly string Example = File.ReadAllText(ExamplePath);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-plan-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void TryRead_TheExample_FindsPortsAndBackends()
    {
        QuickstartPlan? plan = QuickstartPlan.TryRead(ExamplePath, TimeProvider.System, out string? problem);

        Assert.Null(problem);
        Assert.NotNull(plan);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 5300), plan.Dns);
        Assert.Equal(new Uri("http://127.0.0.1:8053"), plan.Http);
        Assert.Equal(["eu", "us"], plan.Sites);
        Assert.Equal(
            ["eu-1 127.0.1.1:8080", "eu-2 127.0.1.2:8080", "us-1 127.0.2.1:8080", "us-2 127.0.2.2:8080"],
            plan.Backends.Select(backend => $"{backend.Name} {backend.Address}"));
        Assert.Contains(("dig @127.0.0.1 -p 5300 www.example.test A", "steered, from this machine's address"), plan.Commands);
        Assert.Contains(("out/meridian status", "members and their health"), plan.Commands);
    }

    [Fact]
    public void TryRead_AnEditedExample_FollowsIt()
    {
        QuickstartPlan? plan = Read(Example
            .Replace("127.0.0.1:5300", "127.0.0.9:5301", StringComparison.Ordinal)
            .Replace("127.0.0.1:8053", "127.0.0.9:8054", StringComparison.Ordinal)
            .Replace("{address: 127.0.1.1}", "{address: 127.0.1.1, port: 8081}", StringComparison.Ordinal), out _);

        Assert.NotNull(plan);
        Assert.Equal(IPEndPoint.Parse("127.0.1.1:8081"), plan.Backends[0].Address);
        Assert.Equal("dig @127.0.0.9 -p 5301 www.example.test A", plan.Commands.First().Command);
        Assert.Contains(("out/meridian status --url http://127.0.0.9:8054/", "members and their health"), plan.Commands);
    }

    [Theory]
    [InlineData("http: \"127.0.0.1:8053\"", "http: off", "listen.http")]
    [InlineData("127.0.0.1:5300", "127.0.0.1:0", "ports")]
    [InlineData("sites:", "site:", "unknown key 'site'")]
    public void TryRead_WhatCannotBeRun_SaysWhy(string part, string by, string why)
    {
        QuickstartPlan? plan = Read(Example.Replace(part, by, StringComparison.Ordinal), out string? problem);

        Assert.Null(plan);
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Example_HasEveryNameThatIsAsked() =>
        Assert.All(QuickstartPlan.Samples, sample => Assert.Contains($"{sample.Name.Split('.')[0]}:", Example, StringComparison.Ordinal));

    private QuickstartPlan? Read(string text, out string? problem)
    {
        string path = Path.Combine(_directory.FullName, "meridian.yaml");
        File.WriteAllText(path, text);
        return QuickstartPlan.TryRead(path, TimeProvider.System, out problem);
    }
}
