using System.Diagnostics.CodeAnalysis;

namespace Meridian.Dns.ZoneFiles;

/// <summary>Where master files come from: this project opens none itself.</summary>
public interface IZoneFileSource
{
    /// <summary>Opens a file, for the zone itself or for <c>$INCLUDE</c>.</summary>
    /// <param name="path">As it was written.</param>
    /// <param name="includedFrom">The <see cref="ZoneFileText.Name"/> of the file that includes it, or null for the first.</param>
    /// <param name="file">The file, or null.</param>
    /// <param name="error">Why it cannot be had, for people, or null.</param>
    bool TryOpen(
        string path,
        string? includedFrom,
        [NotNullWhen(true)] out ZoneFileText? file,
        [NotNullWhen(false)] out string? error);
}

/// <summary>A master file in memory.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Text">All of it. Octets outside ASCII are best decoded as UTF-8: in strings they become UTF-8 again.</param>
public sealed record ZoneFileText(string Name, string Text);
