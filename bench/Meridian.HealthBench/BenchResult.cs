using System.Globalization;

namespace Meridian.HealthBench;

/// <summary>What one run measured.</summary>
internal sealed record BenchResult
{
    public required TimeSpan Elapsed { get; init; }

    public required int Checks { get; init; }

    public required int Failed { get; init; }

    /// <summary>Of the checker, in user and kernel mode together: the kernel's part of a connection is part of its price.</summary>
    public required TimeSpan Processor { get; init; }

    public required TimeSpan BackendProcessor { get; init; }

    public required long AllocatedBytes { get; init; }

    public required double HeapBytesPerMember { get; init; }

    public required TimeSpan LagP50 { get; init; }

    public required TimeSpan LagP99 { get; init; }

    public required TimeSpan LagMax { get; init; }

    public required int MembersUp { get; init; }

    /// <summary>Why one of the failed checks failed; null when none did.</summary>
    public string? FirstFailure { get; init; }

    public string ToText(BenchOptions options)
    {
        double perCheck = Processor.TotalMicroseconds / Math.Max(1, Checks);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {options.Members} members, {options.Type.ToString().ToLowerInvariant()}, every {options.IntervalMs} ms, for {Elapsed.TotalSeconds:0.0} s
            checks             {Checks} ({Checks / Elapsed.TotalSeconds:0}/s), {Failed} failed{(FirstFailure is null ? "" : $" ({FirstFailure})")}, {MembersUp} members up
            processor          {Processor.TotalSeconds / Elapsed.TotalSeconds:0.00} cores, {perCheck:0.0} us per check: {1_000_000 / perCheck:0} checks/s per core
            backends           {BackendProcessor.TotalSeconds / Elapsed.TotalSeconds:0.00} cores
            start jitter       p50 {LagP50.TotalMilliseconds:0.00} ms, p99 {LagP99.TotalMilliseconds:0.00} ms, max {LagMax.TotalMilliseconds:0.0} ms
            memory             {HeapBytesPerMember / 1024:0.00} KiB per member, {AllocatedBytes / Math.Max(1, Checks)} octets allocated per check
            """);
    }
}
