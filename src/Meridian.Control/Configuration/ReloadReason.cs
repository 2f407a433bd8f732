namespace Meridian.Control.Configuration;

/// <summary>Why the configuration should be loaded again.</summary>
public enum ReloadReason
{
    /// <summary>The content of a file changed, or a file came or went.</summary>
    FilesChanged,

    /// <summary>Somebody asked for it (SIGHUP, the API).</summary>
    Requested,

    /// <summary>A forced state of a member ended.</summary>
    StateExpired,

    /// <summary>The file of the location database changed.</summary>
    PlacesChanged,
}
