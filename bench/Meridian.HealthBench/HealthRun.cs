using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Push;
using Meridian.Health.Publishing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.HealthBench;

/// <summary>Runs the health engine as the product has it against the backends, and measures it in its steady state.</summary>
internal static class HealthRun
{
    // Long enough for the compiler's last tier and for every check's first probe.
    private const int WarmUpSeconds = 8;

    /// <param name="options">What to measure.</param>
    /// <param name="backendTime">What the backends used of the processor so far.</param>
    public static async Task<BenchResult> MeasureAsync(BenchOptions options, Func<TimeSpan> backendTime)
    {
        using Samples samples = new(options.Members * (options.Seconds + 2) * 1000 / options.IntervalMs);
        ImmutableArray<MemberSlot> slots = Members(options);
        long heapBefore = GC.GetTotalMemory(forceFullCollection: true);
        using HealthEngine engine = new(
            new NoSink(),
            new ProbeByType(TimeProvider.System, new SystemNameResolver(), new PushRegistry(TimeProvider.System)),
            new HealthOptions(),
            TimeProvider.System,
            NullLogger<HealthEngine>.Instance,
            store: null);
        engine.Reconfigure(slots);
        using CancellationTokenSource stop = new();
        Task running = engine.RunAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
        long memory = GC.GetTotalMemory(forceFullCollection: true) - heapBefore;

        samples.Begin();
        TimeSpan backendBefore = backendTime();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long allocatedBefore = GC.GetTotalAllocatedBytes();
        long started = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        samples.End();
        BenchResult result = new()
        {
            Elapsed = elapsed,
            Checks = samples.Ended,
            Failed = samples.Failed,
            Processor = Environment.CpuUsage.TotalTime - before,
            BackendProcessor = backendTime() - backendBefore,
            AllocatedBytes = GC.GetTotalAllocatedBytes() - allocatedBefore,
            HeapBytesPerMember = (double)memory / options.Members,
            LagP50 = samples.LagAt(0.50),
            LagP99 = samples.LagAt(0.99),
            LagMax = samples.LagAt(1),
            MembersUp = engine.GetLoad().MembersUp,
            FirstFailure = engine.GetReports().SelectMany(report => report.Attempts)
                .Where(attempt => attempt.Result.Outcome != ProbeOutcome.Success)
                .Select(attempt => attempt.Result.Reason)
                .FirstOrDefault(),
        };
        await stop.CancelAsync();
        await running;
        return result;
    }

    private static ImmutableArray<MemberSlot> Members(BenchOptions options)
    {
        MonitorModel monitor = new()
        {
            Name = "bench",
            Type = options.Type,
            Port = options.Port,
            Path = "/healthz",
            SkipVerify = options.IsTls,
            Interval = TimeSpan.FromMilliseconds(options.IntervalMs),
            Timeout = TimeSpan.FromMilliseconds(Math.Min(options.IntervalMs, 3000)),
            Confirm = options.Confirm ? new ConfirmModel() : null,
        };
        ImmutableArray<MemberSlot>.Builder slots = ImmutableArray.CreateBuilder<MemberSlot>(options.Members);
        for (int i = 0; i < options.Members; i++)
        {
            MemberModel member = new() { Address = new IPAddress([127, (byte)(1 + (i >> 16)), (byte)(i >> 8), (byte)i]) };
            PoolModel pool = new() { Name = $"pool-{i / 100}", Monitor = monitor.Name, Members = [member] };
            slots.Add(new MemberSlot(new MemberKey(pool.Name, member.Target), pool, member, monitor));
        }
        return slots.MoveToImmutable();
    }

    private sealed class NoSink : IVerdictSink
    {
        public void Publish(ReadOnlySpan<VerdictChange> changes)
        {
        }
    }

    /// <summary>Takes the engine's own measurements in, while they count.</summary>
    private sealed class Samples : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly double[] _lags;
        private int _lagCount;
        private int _ended;
        private int _failed;
        private volatile bool _counts;

        public Samples(int capacity)
        {
            _lags = new double[capacity];
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name is "meridian.health.scheduler.lag" or "meridian.health.probe.duration")
                {
                    listener.EnableMeasurementEvents(instrument, instrument.Name == "meridian.health.scheduler.lag");
                }
            };
            _listener.SetMeasurementEventCallback<double>(Take);
            _listener.Start();
        }

        public int Ended => _ended;

        public int Failed => _failed;

        public void Begin() => _counts = true;

        public void End()
        {
            _counts = false;
            Array.Sort(_lags, 0, Math.Min(_lagCount, _lags.Length));
        }

        public TimeSpan LagAt(double quantile)
        {
            int count = Math.Min(_lagCount, _lags.Length);
            return count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_lags[Math.Min(count - 1, (int)(quantile * count))]);
        }

        public void Dispose() => _listener.Dispose();

        private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        {
            if (!_counts)
            {
                return;
            }
            if (state is true)
            {
                int index = Interlocked.Increment(ref _lagCount) - 1;
                if (index < _lags.Length)
                {
                    _lags[index] = value;
                }
                return;
            }
            Interlocked.Increment(ref _ended);
            foreach ((string key, object? tag) in tags)
            {
                if (key == "outcome" && !"success".Equals(tag))
                {
                    Interlocked.Increment(ref _failed);
                }
            }
        }
    }
}
