namespace Meridian.Host.Serving;

/// <summary>What the command line says of serving.</summary>
/// <param name="Path">A configuration file or a directory of them.</param>
/// <param name="StateDirectory">Overrides the configuration's <c>state</c>; null leaves it to the configuration.</param>
/// <param name="LogFormat">How log lines are written.</param>
internal sealed record ServeOptions(string Path, string? StateDirectory, LogFormat LogFormat);
