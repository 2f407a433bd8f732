using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Meridian.Engine.Model;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests;

public sealed partial class HealthMetricsTests
{
    [Fact]
    public void Instruments_AreThoseOfTheDocumentation()
    {
        List<(string Name, string Kind, string Unit)> inCode = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == HealthMetrics.MeterName)
            {
                lock (inCode)
                {
                    string kind = instrument.GetType().Name;
                    inCode.Add((instrument.Name, kind[..kind.IndexOf('`', StringComparison.Ordinal)], instrument.Unit ?? ""));
                }
            }
        };
        listener.Start();
        using EngineBench bench = new(ScriptedProbe.Answering(_ => true));

        string table = File.ReadAllText(Path.Combine(Root(), "docs", "operations", "metrics-health.md"));
        var documented = Rows().Matches(table).Select(row => (row.Groups[1].Value, Kind(row.Groups[2].Value), row.Groups[3].Value));

        // Engines of tests that run at the same time bring the same instruments once more.
        lock (inCode)
        {
            Assert.Equal(inCode.Distinct().Order(), documented.Order());
        }
    }

    [Fact]
    public void Run_ProbesAndChanges_AreCounted()
    {
        Dictionary<string, double> sums = [];
        bool isUp = true;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => isUp));
        HealthMetricsProbe probe = new(bench.Engine.Metrics, sums);
        using MeterListener listener = probe.Listener;
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", Models.Monitor(MonitorType.Tcp))]);

        bench.Run(TimeSpan.FromSeconds(65));
        isUp = false;
        bench.Run(TimeSpan.FromSeconds(30));
        listener.RecordObservableInstruments();

        Assert.InRange(sums["meridian.health.probes type=tcp outcome=success"], 7, 8);
        Assert.Equal(3, sums["meridian.health.probes type=tcp outcome=unexpected-status"]);
        Assert.Equal(1, sums["meridian.health.state.changes from=unknown to=up"]);
        Assert.Equal(1, sums["meridian.health.state.changes from=up to=down"]);
        Assert.Equal(1, sums["meridian.health.members state=down"]);
        Assert.Equal(0, sums["meridian.health.member.up pool=eu target=203.0.113.10"]);
        Assert.InRange(sums["meridian.health.member.uptime pool=eu target=203.0.113.10 window=1h"], 0.8, 0.999);
        Assert.Equal(0, sums["meridian.health.members state=up"]);
        Assert.Equal(1, sums["meridian.health.checks"]);
        Assert.Equal(0, sums["meridian.health.scheduler.overdue"]);
        Assert.Equal(4, sums["meridian.health.publications"]);
    }

    [GeneratedRegex(@"^\| `([a-z.]+)` \| (\w+) \| ([^ |]+) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    private static string Kind(string word) => word switch
    {
        "counter" => "Counter",
        "histogram" => "Histogram",
        _ => "ObservableGauge",
    };

    private static string Root()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Meridian.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("The tests do not run within the repository.");
    }

    // Sums what one engine's meter records, by name and tags.
    private sealed class HealthMetricsProbe
    {
        private readonly Dictionary<string, double> _sums;

        internal HealthMetricsProbe(HealthMetrics metrics, Dictionary<string, double> sums)
        {
            _sums = sums;
            Listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (metrics.Owns(instrument))
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            Listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            Listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            Listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            Listener.Start();
        }

        internal MeterListener Listener { get; }

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string key = instrument.Name;
            foreach ((string name, object? tag) in tags)
            {
                key += $" {name}={tag}";
            }

            _sums[key] = _sums.GetValueOrDefault(key) + value;
        }
    }
}
