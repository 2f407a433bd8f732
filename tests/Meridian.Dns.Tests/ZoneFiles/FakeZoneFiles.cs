using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.ZoneFiles;

namespace Meridian.Dns.Tests.ZoneFiles;

/// <summary>Files in memory.</summary>
internal sealed class FakeZoneFiles : IZoneFileSource
{
    public Dictionary<string, string> Files { get; } = [];

    public bool TryOpen(
        string path, string? includedFrom, [NotNullWhen(true)] out ZoneFileText? file, [NotNullWhen(false)] out string? error)
    {
        bool isFound = Files.TryGetValue(path, out string? text);
        file = isFound ? new ZoneFileText(path, text!) : null;
        error = isFound ? null : $"there is no file '{path}'";
        return isFound;
    }
}
