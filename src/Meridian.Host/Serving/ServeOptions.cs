namespace Meridian.Host.Serving;

/// <summary>What the command line says of serving.</summary>
/// <param name="Path">
/// A configuration file or a directory of them; with a store, what an empty one is filled with, and null where it is not.
/// </param>
/// <param name="StateDirectory">Overrides the configuration's <c>state</c>; null leaves it to the configuration.</param>
/// <param name="LogFormat">How log lines are written.</param>
/// <param name="StoreDirectory">The store that is the truth; null where the files are.</param>
internal sealed record ServeOptions(string? Path, string? StateDirectory, LogFormat LogFormat, string? StoreDirectory = null);
