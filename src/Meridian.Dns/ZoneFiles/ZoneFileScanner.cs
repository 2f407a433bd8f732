using Meridian.Dns.Names;

namespace Meridian.Dns.ZoneFiles;

/// <summary>
/// Scans master files (RFC 1035 §5, RFC 2308 §4) of class IN, with BIND's <c>$GENERATE</c>. Reports every mistake with its
/// place and goes on behind it; never throws for what a file says. Whether the records make a zone together is not its matter.
/// </summary>
public static class ZoneFileScanner
{
    /// <summary>Scans a file and those it includes.</summary>
    /// <param name="path">Given to <paramref name="source"/> as it is.</param>
    /// <param name="origin">The first origin; the zone's apex.</param>
    /// <param name="source">Opens the files.</param>
    /// <param name="options">Defaults when null.</param>
    public static ZoneFileResult Scan(string path, DomainName origin, IZoneFileSource source, ZoneFileOptions? options = null)
    {
        ZoneFileScan scan = new(source, options ?? new ZoneFileOptions());
        if (source.TryOpen(path, includedFrom: null, out ZoneFileText? file, out string? error))
        {
            scan.ScanFile(file, origin, depth: 0);
        }
        else
        {
            scan.Report(new ZoneFilePosition(path, 1, 1), error);
        }
        return scan.ToResult();
    }

    /// <summary>Scans a text that can include nothing.</summary>
    /// <param name="text">The file.</param>
    /// <param name="origin">The first origin; the zone's apex.</param>
    /// <param name="options">Defaults when null.</param>
    public static ZoneFileResult Scan(ZoneFileText text, DomainName origin, ZoneFileOptions? options = null)
    {
        ZoneFileScan scan = new(source: null, options ?? new ZoneFileOptions());
        scan.ScanFile(text, origin, depth: 0);
        return scan.ToResult();
    }
}
