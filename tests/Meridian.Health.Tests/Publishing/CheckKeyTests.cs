using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using Meridian.Dns.Names;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

public sealed class CheckKeyTests
{
    [Fact]
    public void Equals_EachPropertyOfTheMonitorChanged_IsAnotherCheck()
    {
        foreach (PropertyInfo property in typeof(MonitorModel).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            MonitorModel changed = Models.Monitor();
            property.SetValue(changed, Other(property.GetValue(changed), property.PropertyType));

            Assert.False(CheckKey.AreSame(Models.Monitor(), changed), $"{property.Name} is not compared.");
            Assert.False(CheckKey.AreSame(changed, Models.Monitor()), $"{property.Name} is not compared.");
        }
    }

    [Fact]
    public void Equals_SameContent_IsTheSameCheck()
    {
        MonitorModel a = Models.Monitor() with { Headers = Models.Monitor().Headers.Add("X", "y"), ExpectedStatus = [new(200, 204)] };
        MonitorModel b = Models.Monitor() with { Headers = Models.Monitor().Headers.Add("X", "y"), ExpectedStatus = [new(200, 204)] };
        CheckKey one = new(a, new ProbeTarget(IPAddress.Parse("203.0.113.1"), null, 80));
        CheckKey other = new(b, new ProbeTarget(IPAddress.Parse("203.0.113.1"), null, 80));

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, new CheckKey(a, new ProbeTarget(IPAddress.Parse("203.0.113.1"), null, 81)));
    }

    // Another value of the property's type; a type that is new here fails the test until it is taken care of.
    private static object Other(object? value, Type type) => value switch
    {
        string text => text + "x",
        int number => number + 1,
        bool flag => !flag,
        TimeSpan time => time + TimeSpan.FromSeconds(1),
        MonitorType monitorType => monitorType == MonitorType.Tcp ? MonitorType.Http : MonitorType.Tcp,
        ImmutableArray<StatusRange> ranges => ranges.Add(new StatusRange(404, 404)),
        ImmutableSortedDictionary<string, string> fields => fields.Add("X-Other", "1"),
        null when type == typeof(string) => "x",
        null when type == typeof(RedirectModel) => new RedirectModel(),
        null when type == typeof(ConfirmModel) => new ConfirmModel(),
        null when type == typeof(DnsQuestionModel) => new DnsQuestionModel { Name = DomainName.Root },
        null when type == typeof(ScriptModel) => new ScriptModel { Command = ["true"] },
        null when type == typeof(PushModel) => new PushModel { Token = "x" },
        null when type == typeof(PrometheusModel) => new PrometheusModel { Url = "http://x", Query = "up" },
        null when type == typeof(CalculatedModel) => new CalculatedModel { Terms = [], AtLeast = 1 },
        null when type == typeof(MonitorTarget) => new MonitorTarget(IPAddress.Loopback, null),
        null when type == typeof(QuorumModel) => new QuorumModel { From = ["eu"] },
        null when type == typeof(DampingModel) => new DampingModel(),
        null when type == typeof(DegradedModel) => new DegradedModel { Above = TimeSpan.FromSeconds(1) },
        null when type == typeof(IPAddress) => IPAddress.Loopback,
        _ => throw new NotSupportedException($"Say what another {type} is."),
    };
}
