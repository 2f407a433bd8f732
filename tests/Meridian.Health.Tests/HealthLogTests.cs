using System.Reflection;
using Meridian.Engine.Model;
using Meridian.Health.Publishing;
using Meridian.Health.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Tests;

public sealed class HealthLogTests
{
    [Fact]
    public void Run_ThousandsOfProbes_OneLinePerChangeAndMember()
    {
        RecordingLogger logger = new();
        bool isUp = true;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => isUp), logger: logger);
        MonitorModel monitor = Models.Monitor(MonitorType.Https) with { SkipVerify = true };
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", monitor), Models.Slot("all", "203.0.113.10", monitor)]);
        bench.Run(TimeSpan.FromHours(10));
        isUp = false;
        bench.Run(TimeSpan.FromHours(10));

        Assert.Equal(
            [
                "2002 Information Health checks: 1 added, 0 removed, 0 kept, for 2 members",
                "2003 Warning Monitor web accepts any certificate (skip-verify): its members count as up behind an impostor",
                "2000 Information Member eu/203.0.113.10 is up (was unknown): status 200",
                "2000 Information Member all/203.0.113.10 is up (was unknown): status 200",
                "2001 Warning Member eu/203.0.113.10 is down (was up): status 503, expected 200-299",
                "2001 Warning Member all/203.0.113.10 is down (was up): status 503, expected 200-299",
            ],
            logger.Lines);
    }

    [Fact]
    public void Run_TooSlow_SaysSoOnceAndWhenItIsOver()
    {
        RecordingLogger logger = new();
        bool isSilent = true;
        ScriptedProbe probe = new(async (_, deadline) =>
        {
            if (isSilent)
            {
                TaskCompletionSource stopped = new();
                deadline.Register(stopped.SetResult);
                await stopped.Task;
            }

            return ScriptedProbe.Success;
        });
        using EngineBench bench = new(probe, new HealthOptions { MaxConcurrentProbes = 4 }, logger: logger);
        bench.Engine.Reconfigure(Models.Slots(40, Models.Monitor()));

        bench.Run(TimeSpan.FromMinutes(5));
        isSilent = false;
        bench.Run(TimeSpan.FromMinutes(5));

        Assert.Equal(["2011", "2012"], logger.Lines.Select(line => line[..4]).Where(id => id is "2011" or "2012"));
    }

    [Fact]
    public void EventIds_AreUniqueAndOfTheRange()
    {
        int[] ids =
        [
            .. typeof(HealthLog).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
                .OfType<int>(),
        ];

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 2000, 2999));
    }

    private sealed class RecordingLogger : ILogger<HealthEngine>
    {
        internal List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{eventId.Id} {logLevel} {formatter(state, exception)}");
    }
}
