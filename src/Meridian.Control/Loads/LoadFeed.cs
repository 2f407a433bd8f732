using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Loads;

/// <summary>
/// Brings the load file to the data plane. Call <see cref="Refresh"/> about once a second; it reads the file only when
/// it was written. A line that cannot be read is passed over and counted: one bad number must not hide the others.
/// </summary>
public sealed class LoadFeed : IDisposable
{
    /// <summary>Octets of a load file: a hundred thousand readings of ordinary length.</summary>
    private const int MaxFileLength = 4 * 1024 * 1024;

    private static readonly char[] Separators = [' ', '\t', ','];

    private readonly Meter _meter = new("Meridian.Control");
    private readonly IConfigurationFiles _files;
    private readonly DataPlane _dataPlane;
    private readonly TimeProvider _time;
    private readonly ILogger? _logger;
    private FileStamp? _last;
    private string? _lastFile;
    private int _rejected;

    /// <param name="files">Where the file is.</param>
    /// <param name="dataPlane">What looks at load.</param>
    /// <param name="time">Tells how old the file is.</param>
    /// <param name="logger">Where lines that cannot be read are told; null tells nobody.</param>
    public LoadFeed(IConfigurationFiles files, DataPlane dataPlane, TimeProvider time, ILogger<LoadFeed>? logger = null)
    {
        _files = files;
        _dataPlane = dataPlane;
        _time = time;
        _logger = logger;
        _meter.CreateObservableGauge(
            "meridian.load.rejected_lines", () => RejectedLineCount, "{line}", "Lines of the load file in use that are no readings.");
    }

    /// <summary>Lines of the file in use that could not be read.</summary>
    public int RejectedLineCount => Volatile.Read(ref _rejected);

    /// <summary>Reads the file of the configuration that is served, when there is one and it changed.</summary>
    public void Refresh()
    {
        LoadModel? load = _dataPlane.Snapshot?.Model.Load;
        FileStamp? stamp = load is null ? null : _files.GetStamp(load.File);
        bool isFresh = load is not null && stamp is { } written && _time.GetUtcNow() - written.ModifiedAt <= load.MaxAge;
        if (!isFresh)
        {
            // No file, or one that nobody writes any more: what is not known must not be steered by.
            _last = null;
            Volatile.Write(ref _rejected, 0);
            _dataPlane.UpdateLoads([]);
        }
        else if (load is not null && (stamp != _last || load.File != _lastFile)
            && _files.TryRead(load.File, MaxFileLength, out byte[] content) == FileReadStatus.Read)
        {
            _last = stamp;
            _lastFile = load.File;
            _dataPlane.UpdateLoads(Parse(System.Text.Encoding.UTF8.GetString(content), out int rejected));
            if (rejected != RejectedLineCount && rejected > 0)
            {
                _logger?.LoadLinesRejected(rejected, load.File);
            }
            Volatile.Write(ref _rejected, rejected);
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Reads lines of a subject, a metric and a number of 0 or more; <c>#</c> begins a comment.</summary>
    /// <param name="text">The file.</param>
    /// <param name="rejected">Lines that are neither empty nor a reading.</param>
    public static ImmutableArray<LoadReading> Parse(string text, out int rejected)
    {
        rejected = 0;
        ImmutableArray<LoadReading>.Builder readings = ImmutableArray.CreateBuilder<LoadReading>();
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split('#')[0].Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length == 3
                && double.TryParse(fields[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
                && double.IsFinite(value))
            {
                readings.Add(new LoadReading(fields[0], fields[1], value));
            }
            else if (fields.Length > 0)
            {
                rejected++;
            }
        }
        return readings.ToImmutable();
    }
}
